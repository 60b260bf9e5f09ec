"""All addresses of the project."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.accessibility.views import statement
from cms.api import views as api
from cms.directory import views as directory
from cms.media.serving import serve_media
from cms.news import search_views
from cms.news.sitepage import SEARCH_ROOT
from cms.news.tags import suggest_tags
from cms.plugins.contributions import PLUGINS_ROOT
from cms.plugins.urls import plugin_urlpatterns
from cms.traffic.beacon import hit, pixel
from cms.users.urls import replaced

# What is away is said as such; see there.
handler500 = "cms.operations.outages.fault_page"

urlpatterns = [
    path("_sen/hit", hit, name="hit"),
    path("_sen/hit.gif", pixel, name="hit_pixel"),
    # Before Wagtail's own view of that name, which shows everybody's tags.
    path("admin/tag-autocomplete/", suggest_tags, name="news_tag_autocomplete"),
    # Before Wagtail's: its ways of signing in are ours.
    *replaced,
    path("admin/account/", include("cms.users.urls")),
    path("", include("cms.seo.urls")),
    path("kha-nang-tiep-can/", statement, name="accessibility"),
    path(f"{directory.ADDRESS}/", directory.page, name="component_sites"),
    path(f"{directory.ADDRESS}.json", directory.as_json, name="component_sites_json"),
    path(f"{directory.ADDRESS}.xml", directory.sitemap, name="component_sites_sitemap"),
    path(f"{SEARCH_ROOT}/", search_views.page, name="search"),
    path(f"{SEARCH_ROOT}/goi-y/", search_views.suggestions, name="search_suggestions"),
    *api.urlpatterns(),
    path("admin/", include(wagtailadmin_urls)),
    path(f"{PLUGINS_ROOT}/", include(plugin_urlpatterns())),
    path("documents/", include(wagtaildocs_urls)),
    # A production server's proxy answers these before they get here.
    path("media/<path:path>", serve_media),
    path("", include(wagtail_urls)),
]
