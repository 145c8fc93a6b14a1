import json
import sys

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

asked = json.load(sys.stdin)


def answer(job):
    alg = job["alg"]
    public = jwt.PyJWK(job["public"])
    private = load_pem_private_key(job["private"].encode(), None) if job["private"] else public.key
    header = {"typ": "at+jwt", "kid": job["kid"]}

    def read(token):
        try:
            return jwt.decode(token, public, algorithms=[alg], issuer=asked["issuer"], audience=asked["audience"])["sub"]
        except Exception:
            return None

    return {
        "read": [read(token) for token in job["ours"]],
        "taken": [read(token) is not None for token in job["bent"]],
        "signed": [jwt.encode(claims, private, algorithm=alg, headers=header) for claims in job["claims"]],
    }


print(json.dumps([answer(job) for job in asked["jobs"]]))
