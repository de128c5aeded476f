"""What changed, told to people who were not looking: a feed for readers of feeds, a digest for a week."""

from app.news.digest import digest_markdown, digest_told
from app.news.feed import Feed, feed_xml

__all__ = ["Feed", "digest_markdown", "digest_told", "feed_xml"]
