"""What every answer tells the browser: nothing from elsewhere, no frame, no address passed on, nothing kept."""

from __future__ import annotations

from typing import Any

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' blob:",  # anywidget imports a widget's script from a blob
        "style-src 'self' 'unsafe-inline' blob:",  # widgets set styles of elements
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders(OutputTransform):
    """Sets the headers of every answer, whatever made it."""

    def __init__(self, request: HTTPServerRequest) -> None:
        """Do nothing: they depend on no request."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: Any,  # noqa: ARG002 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add the headers; assets alone may be kept."""
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
        if "immutable" not in headers.get("Cache-Control", "") or status_code >= 400:
            headers["Cache-Control"] = "no-store"
        headers.pop("Server", None)
        return status_code, headers, chunk
