"""The part of schema.org's vocabulary that Sen uses: what each type may have, and of which type.

Read off https://schema.org/version/latest (release 29); a type has what its parents have.
"""

TEXT, URL, DATE, NUMBER = "Text", "URL", "DateTime", "Integer"

PARENTS = {
    "Thing": None,
    "Organization": "Thing",
    "GovernmentOrganization": "Organization",
    "Person": "Thing",
    "CreativeWork": "Thing",
    "WebSite": "CreativeWork",
    "Article": "CreativeWork",
    "NewsArticle": "Article",
    "Intangible": "Thing",
    "EntryPoint": "Intangible",
    "ItemList": "Intangible",
    "BreadcrumbList": "ItemList",
    "ListItem": "Intangible",
    "PostalAddress": "Intangible",
    "Action": "Thing",
    "SearchAction": "Action",
}
PROPERTIES: dict[str, dict[str, set[str]]] = {
    "Thing": {
        "name": {TEXT},
        "alternateName": {TEXT},
        "description": {TEXT},
        "url": {URL},
        "image": {URL},
        "mainEntityOfPage": {URL},
        "potentialAction": {"Action"},
    },
    "Organization": {
        "logo": {URL},
        "address": {"PostalAddress", TEXT},
        "telephone": {TEXT},
        "email": {TEXT},
        "parentOrganization": {"Organization"},
    },
    "CreativeWork": {
        "headline": {TEXT},
        "author": {"Person", "Organization"},
        "publisher": {"Person", "Organization"},
        "datePublished": {DATE},
        "dateModified": {DATE},
        "inLanguage": {TEXT},
        "keywords": {TEXT},
    },
    "Article": {"articleSection": {TEXT}, "articleBody": {TEXT}},
    "PostalAddress": {"streetAddress": {TEXT}, "addressCountry": {TEXT}},
    "ItemList": {"itemListElement": {"ListItem"}},
    "ListItem": {"position": {NUMBER}, "item": {URL}},
    "Action": {"target": {"EntryPoint"}},
    "SearchAction": {"query": {TEXT}, "query-input": {TEXT}},
    "EntryPoint": {"urlTemplate": {TEXT}},
}
