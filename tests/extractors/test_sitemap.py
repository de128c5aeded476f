from extractors.sitemap import read_sitemap


def test_pages_are_listed_with_their_entities_resolved() -> None:
    found = read_sitemap(b"<urlset><url><loc> https://a.example/x?a=1&amp;b=2 </loc></url></urlset>")
    assert (found.is_index, found.urls) == (False, ("https://a.example/x?a=1&b=2",))


def test_an_index_is_told_from_a_list_of_pages() -> None:
    found = read_sitemap(
        b"<?xml version='1.0'?><sitemapindex><sitemap><loc><![CDATA[https://a.example/1.xml]]></loc></sitemap>"
    )
    assert (found.is_index, found.urls) == (True, ("https://a.example/1.xml",))


def test_a_sitemap_that_is_cut_off_gives_what_stands_before() -> None:
    found = read_sitemap(b"<urlset><url><loc>https://a.example/terms</loc></url><url><loc>https://a.exam")
    assert found.urls == ("https://a.example/terms",)


def test_a_plain_list_of_addresses_is_a_sitemap_too() -> None:
    assert read_sitemap(b"https://a.example/terms\nnothing\n").urls == ("https://a.example/terms",)


def test_entities_of_a_document_type_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><url><loc>https://a.example/&a;</loc></url></urlset>'
    assert read_sitemap(bomb).urls == ("https://a.example/&a;",)
