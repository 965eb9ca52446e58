"""Makes encrypted_chat.json: encrypted messages as another implementation makes them.

python3 -m venv venv && venv/bin/pip install cryptography pycryptodome && venv/bin/python encrypted_chat.py

Keys and nonces are fixed, so running it again changes nothing.
"""

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from Crypto.Hash import keccak


def secret(name):
    """A private key by its name: 32 bytes that look random."""
    return hashlib.sha256(f"private key of {name}".encode()).digest()


def private(name):
    return ec.derive_private_key(int.from_bytes(secret(name), "big"), ec.SECP256K1())


def public(key):
    encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(encoding, form)


def seal(text, sender, recipient, nonce):
    shared = sender.exchange(ec.ECDH(), recipient.public_key())
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ecdsa_encryption").derive(shared)
    return (public(sender) + nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).hex()


def keccak256(data):
    return keccak.new(digest_bits=256, data=data).digest()


def address(key):
    return "0x" + keccak256(public(key)[1:])[12:].hex()


P = 2**256 - 2**32 - 977


def recovery(key, digest, r, s):
    """Which of the two points with this r belongs to the key; as wallets write it, from 27."""
    for parity in (0, 1):
        y = pow((pow(r, 3, P) + 7) % P, (P + 1) // 4, P)
        y = y if y % 2 == parity else P - y
        n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        inverse, z = pow(r, -1, n), int.from_bytes(digest, "big")
        point = add(multiply((r, y), s * inverse % n), multiply(G, -z * inverse % n))
        if b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big") == public(key):
            return 27 + parity
    raise ValueError("no point belongs to the key")


G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = 3 * a[0] ** 2 * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(point, times):
    result = None
    while times:
        if times & 1:
            result = add(result, point)
        point, times = add(point, point), times >> 1
    return result


def sign(text, key):
    """As wallets sign messages, with a nonce that follows from the message."""
    digest = keccak256(f"\x19Ethereum Signed Message:\n{len(text.encode())}".encode() + text.encode())
    algorithm = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(digest, algorithm))
    return (r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([recovery(key, digest, r, s)])).hex()


def main():
    client, model = private("the client"), private("the model")
    texts = ["Keep this to yourself.", "", "Ω is the last letter — and 🜁 is air.", "A longer text. " * 40]
    messages, chunks = [], []
    for place, text in enumerate(texts):
        nonce = hashlib.sha256(f"nonce {place}".encode()).digest()[:12]
        sender = f"message {place}"
        messages.append(
            {
                "text": text,
                "sender_key": secret(sender).hex(),
                "nonce": nonce.hex(),
                "sealed": seal(text, private(sender), model, nonce),
            }
        )
        chunks.append({"text": text, "sealed": seal(text, private(f"chunk {place}"), client, nonce)})
    signed = f"{hashlib.sha256(b'request').hexdigest()}:{hashlib.sha256(b'answer').hexdigest()}"
    vectors = {
        "client_key": secret("the client").hex(),
        "client_public_key": public(client).hex(),
        "model_public_key": public(model).hex(),
        "model_address": address(model),
        "messages": messages,
        "chunks": chunks,
        "signed_text": signed,
        "signature": "0x" + sign(signed, model),
    }
    target = Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(vectors, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
