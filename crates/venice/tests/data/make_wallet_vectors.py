"""Makes wallet_vectors.json, by implementations that are not ours.

    python3 -m venv v && v/bin/pip install eth-account siwe 'abnf<2.5' solders && v/bin/python make_wallet_vectors.py

eth-account hashes and signs, siwe writes the text of EIP-4361, solders signs and compiles for Solana. The text of
CAIP-122 for Solana is written here by its grammar.
"""

import base64
import json
import pathlib

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from siwe import SiweMessage
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature

NOW = 1795262400  # 2026-11-21T12:00:00Z
NONCE = bytes(range(32))
USDC_ON_BASE = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
USDC_ON_SOLANA = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
RECEIVER_ON_BASE = Account.from_key(b"\x52" * 32).address
RECEIVER_ON_SOLANA = str(Keypair.from_seed(b"\x52" * 32).pubkey())
FEE_PAYER = str(Keypair.from_seed(b"\x46" * 32).pubkey())
BLOCK_HASH = str(Hash(b"\x42" * 32))

SIGN_INS = [
    {
        "domain": "api.venice.ai",
        "uri": "https://api.venice.ai",
        "statement": "Sign in to Venice API",
        "version": "1",
        "nonce": NONCE[:8].hex(),
        "issuedAt": "2026-11-21T12:00:00.000Z",
        "expirationTime": "2026-11-21T12:10:00.000Z",
    },
    {
        "domain": "api.venice.ai",
        "uri": "https://api.venice.ai/api/v1/chat/completions",
        "statement": "Sign in to Venice AI",
        "version": "1",
        "nonce": "0123456789abcdefABCDEF",
        "issuedAt": "2026-04-09T12:00:00.000Z",
        "expirationTime": "2026-04-09T12:05:00.000Z",
        "notBefore": "2026-04-09T11:59:00.000Z",
        "requestId": "request-1",
        "resources": ["https://api.venice.ai/a", "https://api.venice.ai/b"],
    },
    {
        "domain": "api.venice.ai",
        "uri": "https://api.venice.ai",
        "version": "1",
        "nonce": "12345678",
        "issuedAt": "2026-11-21T12:00:00Z",
    },
]
MESSAGES = ["Venezia", "", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "gondola \N{SAILBOAT}\nat dusk"]


def solana_text(sign_in, address):
    lines = [f"{sign_in['domain']} wants you to sign in with your Solana account:", address, ""]
    if "statement" in sign_in:
        lines += [sign_in["statement"], ""]
    lines += [
        f"URI: {sign_in['uri']}",
        f"Version: {sign_in['version']}",
        "Chain ID: 5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        f"Nonce: {sign_in['nonce']}",
        f"Issued At: {sign_in['issuedAt']}",
    ]
    optional = [("Expiration Time", "expirationTime"), ("Not Before", "notBefore"), ("Request ID", "requestId")]
    lines += [f"{name}: {sign_in[key]}" for name, key in optional if key in sign_in]
    if "resources" in sign_in:
        lines += ["Resources:"] + [f"- {resource}" for resource in sign_in["resources"]]
    return "\n".join(lines)


def base_text(sign_in, address):
    names = {"issuedAt": "issued_at", "expirationTime": "expiration_time", "notBefore": "not_before"}
    names["requestId"] = "request_id"
    fields = {names.get(key, key): value for key, value in sign_in.items()}
    return SiweMessage(address=address, chain_id=8453, **fields).prepare_message()


def payment_on_base(account, amount, seconds):
    authorization = {
        "from": account.address,
        "to": RECEIVER_ON_BASE,
        "value": str(amount),
        "validAfter": "0",
        "validBefore": str(NOW + seconds),
        "nonce": "0x" + NONCE.hex(),
    }
    uint = ["value", "validAfter", "validBefore"]
    types = {"from": "address", "to": "address", "nonce": "bytes32", **dict.fromkeys(uint, "uint256")}
    order = ["from", "to", "value", "validAfter", "validBefore", "nonce"]
    message = {key: int(value) if key in uint else value for key, value in authorization.items()}
    message["nonce"] = NONCE
    signable = encode_typed_data(
        {"name": "USD Coin", "version": "2", "chainId": 8453, "verifyingContract": USDC_ON_BASE},
        {"TransferWithAuthorization": [{"name": name, "type": types[name]} for name in order]},
        message,
    )
    return {
        "usd": str(amount / 1_000_000),
        "seconds": seconds,
        "authorization": authorization,
        "digest": "0x" + _hash_eip191_message(signable).hex(),
        "signature": "0x" + account.sign_message(signable).signature.hex(),
    }


def base(secret):
    account = Account.from_key(secret)
    sign = lambda text: "0x" + account.sign_message(encode_defunct(text=text)).signature.hex()
    texts = [base_text(sign_in, account.address) for sign_in in SIGN_INS]
    return {
        "secret": "0x" + secret.hex(),
        "address": account.address,
        "messages": [{"text": text, "signature": sign(text)} for text in MESSAGES],
        "signIns": [{"info": info, "text": text, "signature": sign(text)} for info, text in zip(SIGN_INS, texts)],
        "payments": [payment_on_base(account, 5_000_000, 300), payment_on_base(account, 12_345_678, 60)],
    }


def payment_on_solana(pair, amount, note):
    key = Pubkey.from_string
    token, holder = key("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"), key("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
    limits, notes = key("ComputeBudget111111111111111111111111111111"), key("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
    mint = key(USDC_ON_SOLANA)
    account = lambda owner: Pubkey.find_program_address([bytes(owner), bytes(token), bytes(mint)], holder)[0]
    accounts = [
        AccountMeta(account(pair.pubkey()), False, True),
        AccountMeta(mint, False, False),
        AccountMeta(account(key(RECEIVER_ON_SOLANA)), False, True),
        AccountMeta(pair.pubkey(), True, False),
    ]
    instructions = [
        Instruction(limits, b"\x02" + (20_000).to_bytes(4, "little"), []),
        Instruction(limits, b"\x03" + (1).to_bytes(8, "little"), []),
        Instruction(token, b"\x0c" + amount.to_bytes(8, "little") + b"\x06", accounts),
        Instruction(notes, note.encode(), []),
    ]
    message = MessageV0.try_compile(key(FEE_PAYER), instructions, [], Hash.from_string(BLOCK_HASH))
    signed = to_bytes_versioned(message)
    signatures = [bytes(Signature.default()), bytes(pair.sign_message(signed))]
    transaction = bytes([len(signatures)]) + b"".join(signatures) + signed
    return {"usd": str(amount / 1_000_000), "transaction": base64.b64encode(transaction).decode()}


def solana(seed):
    pair = Keypair.from_seed(seed)
    address = str(pair.pubkey())
    sign = lambda text: str(pair.sign_message(text.encode()))
    texts = [solana_text(sign_in, address) for sign_in in SIGN_INS]
    return {
        "secret": str(pair),
        "address": address,
        "messages": [{"text": text, "signature": sign(text)} for text in MESSAGES],
        "signIns": [{"info": info, "text": text, "signature": sign(text)} for info, text in zip(SIGN_INS, texts)],
        "payments": [payment_on_solana(pair, 5_000_000, NONCE[:16].hex()), payment_on_solana(pair, 7_500_001, NONCE[:16].hex())],
    }


vectors = {
    "now": NOW,
    "nonce": NONCE.hex(),
    "receivers": {"base": RECEIVER_ON_BASE, "solana": RECEIVER_ON_SOLANA},
    "feePayer": FEE_PAYER,
    "blockHash": BLOCK_HASH,
    "base": [base(bytes([index]) * 32) for index in (1, 0x11, 0x7F)],
    "solana": [solana(bytes([index]) * 32) for index in (1, 0x11, 0x7F)],
}
here = pathlib.Path(__file__).parent
(here / "wallet_vectors.json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
