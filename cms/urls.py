"""All addresses of the project."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.media.serving import serve_media
from cms.plugins.contributions import PLUGINS_ROOT
from cms.plugins.urls import plugin_urlpatterns
from cms.theme.views import stylesheet
from cms.traffic.beacon import hit

urlpatterns = [
    path("_sen/hit", hit, name="hit"),
    path("_sen/theme/<int:site_id>-<slug:digest>.css", stylesheet, name="theme_stylesheet"),
    path("admin/", include(wagtailadmin_urls)),
    path(f"{PLUGINS_ROOT}/", include(plugin_urlpatterns())),
    path("documents/", include(wagtaildocs_urls)),
    # A production server's proxy answers these before they get here.
    path("media/<path:path>", serve_media),
    path("", include(wagtail_urls)),
]
