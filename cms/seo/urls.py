"""Where machines look for what they read of a site."""

from django.urls import path

from . import icons, sitemaps, social, wellknown

urlpatterns = [
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-trang.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-tin-moi.xml", sitemaps.newest, name="sitemap_newest"),
    path("sitemap-<int:year>-<int:month>.xml", sitemaps.month, name="sitemap_month"),
    path("so-do-cong/", sitemaps.tree, name="site_map"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("bieu-tuong-<int:size>.png", icons.png, name="site_icon"),
    path("anh-chia-se/<int:pk>.png", social.picture, name="social_picture"),
]
