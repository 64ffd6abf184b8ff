"""An OpenID Connect provider on the loopback: authorization code with PKCE, RS256 tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey


def provider(claims: dict[str, Any], client_id: str, secret: str) -> FastAPI:
    """A provider whose only user has these claims; whoever comes is logged in at once."""
    app = FastAPI()
    key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
    codes: dict[str, dict[str, str]] = {}

    def issuer(request: Request) -> str:
        return str(request.base_url).rstrip("/")

    @app.get("/.well-known/openid-configuration")
    def metadata(request: Request) -> dict[str, Any]:
        at = issuer(request)
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }

    @app.get("/jwks")
    def jwks() -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_hex(8)
        codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}")

    @app.post("/token")
    def token(
        request: Request,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
    ) -> Response:
        asked = codes.pop(code)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        sent = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if (
            challenge != asked["code_challenge"]
            or sent != f"{client_id}:{secret}"
            or redirect_uri != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        body = {
            "iss": issuer(request),
            "aud": client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
            **claims,
        }
        id_token = jwt.encode({"alg": "RS256", "kid": "k1"}, body, key)
        answer = {"access_token": "a", "token_type": "Bearer", "id_token": id_token}
        return Response(json.dumps(answer), media_type="application/json")

    return app
