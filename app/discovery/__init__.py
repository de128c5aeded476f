"""From a vendor's site to the pages that may be its terms, proposed for a person to confirm.

Everything is asked through `app.fetch`, one request at a time, within limits, and never beyond the site's own
registered domain: a page elsewhere that the site links as its terms is proposed unseen.
"""
