from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, re_path
from django.urls.converters import UUIDConverter

from dashboard import health
from dashboard.api.service import api, nothing_here
from dashboard.views import accounts, api_docs, docs, executions, gallery, importing, topologies

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("examples/<slug:slug>/", gallery.example, name="example"),
    path("import/", importing.import_page, name="import"),
    path("topologies/<uuid:topology_id>/", topologies.topology, name="topology"),
    path("topologies/<uuid:topology_id>/download/", topologies.download, name="topology-download"),
    path("topologies/<uuid:topology_id>/delete/", topologies.delete, name="topology-delete"),
    path("topologies/<uuid:topology_id>/imports/", topologies.imports, name="topology-imports"),
    path("executions/", executions.executions, name="executions"),
    path("executions/<uuid:execution_id>/", executions.studio, name="execution"),
    path("executions/<uuid:execution_id>/download/", executions.download, name="execution-download"),
    path("executions/<uuid:execution_id>/delete/", executions.delete, name="execution-delete"),
    re_path(
        f"^(?P<kind>executions|topologies)/(?P<thing_id>{UUIDConverter.regex})/share/$", accounts.share, name="share"
    ),
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("docs/", docs.page, name="docs"),
    path("docs/<slug:slug>/", docs.page, name="docs-start"),
    path("docs/<slug:section>/<slug:slug>/", docs.page, name="docs-page"),
    path("api/docs", api_docs.api_docs, name="api-docs"),
    path("api/", api.urls),
    re_path(r"^api/.*$", nothing_here),
    path("live/", health.live),
    path("ready/", health.ready),
    path("healthz", health.healthz),
    path("health/", health.health, name="health"),
    path("metrics", health.scrape),
]

handler400 = "dashboard.views.errors.bad_request"
handler403 = "dashboard.views.errors.forbidden"
handler404 = "dashboard.views.errors.not_found"
handler500 = "dashboard.views.errors.server_error"
