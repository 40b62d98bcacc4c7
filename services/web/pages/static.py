"""The style and the icon."""

from fastapi import APIRouter, HTTPException, Request, Response

from services.web.statics import Statics

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"

pages = APIRouter(include_in_schema=False)


@pages.get("/static/{version}/{name}")
async def file(request: Request, version: str, name: str) -> Response:
    """One file. An address of another version still gets it, so that an old page keeps its looks for a while."""
    statics: Statics = request.app.state.statics
    found = statics.find(name)
    if found is None:
        raise HTTPException(404)
    current = found.url == f"/static/{version}/{name}"
    headers = {"Cache-Control": FOR_GOOD if current else FOR_A_MINUTE, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.body, headers=headers, media_type=found.media_type)
