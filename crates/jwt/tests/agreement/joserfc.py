import json
import sys
import warnings

from joserfc import jwt
from joserfc.jwk import import_key
from joserfc.jws import JWSRegistry

warnings.simplefilter("ignore")
asked = json.load(sys.stdin)
expected = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": asked["issuer"]},
    aud={"essential": True, "value": asked["audience"]},
    exp={"essential": True},
)


def answer(job):
    alg = job["alg"]
    public = import_key(job["public"])
    private = import_key(job["private"], job["public"]["kty"]) if job["private"] else public
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    header = {"alg": alg, "typ": "at+jwt", "kid": job["kid"]}

    def read(token):
        try:
            token = jwt.decode(token, public, registry=registry)
            expected.validate(token.claims)
            return token.claims["sub"]
        except Exception:
            return None

    return {
        "read": [read(token) for token in job["ours"]],
        "taken": [read(token) is not None for token in job["bent"]],
        "signed": [jwt.encode(header, claims, private, registry=registry) for claims in job["claims"]],
        "thumbprint": public.thumbprint(),
    }


print(json.dumps([answer(job) for job in asked["jobs"]]))
