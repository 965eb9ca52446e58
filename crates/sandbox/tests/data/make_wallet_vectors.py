#!/usr/bin/env python3
"""Writes wallet_vectors.json: signatures made by implementations that the sandbox shares no code with.

    python3 -m venv venv && venv/bin/pip install eth-account==0.13.7 siwe==4.4.0 abnf==2.2.0 solders==0.29.0
    venv/bin/python make_wallet_vectors.py

Keys are hashes of labels: they hold nothing, and are safe to publish.
"""
import base64
import hashlib
import json
import pathlib
import struct

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from eth_utils import keccak, to_checksum_address
from siwe import SiweMessage
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
USDC_BASE = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
USDC_SOLANA = Pubkey.from_string("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
COMPUTE = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
SYSTEM = Pubkey.from_string("11111111111111111111111111111111")


def secret(label):
    return hashlib.sha256(f"canaletto sandbox {label}".encode()).digest()


def hexed(data):
    return "0x" + bytes(data).hex()


def ethereum_payer():
    return Account.from_key(secret("payer on Base"))


def receiver():
    return Account.from_key(secret("receiver on Base")).address


def solana_keys():
    return {name: Keypair.from_seed(secret(f"{name} on Solana")) for name in ("payer", "receiver", "fee payer")}


def personal(account, text):
    message = encode_defunct(text=text)
    return {"message": text, "digest": hexed(_hash_eip191_message(message)),
            "signature": hexed(account.sign_message(message).signature)}


def sign_in_with_ethereum(account):
    fields = {
        "domain": "api.venice.ai", "address": account.address, "statement": "Sign in to Venice API",
        "uri": "https://api.venice.ai", "version": "1", "chain_id": 8453, "nonce": "0f1e2d3c4b5a6978",
        "issued_at": "2026-11-21T10:00:00.000Z", "expiration_time": "2026-11-21T10:10:00.000Z",
    }
    plain = SiweMessage(**fields).prepare_message()
    silent = SiweMessage(**{**fields, "statement": None}).prepare_message()
    full = SiweMessage(**{**fields, "not_before": "2026-11-21T09:59:00.000Z", "request_id": "r-1",
                          "resources": ["https://api.venice.ai/api/v1/models"]}).prepare_message()
    return {"plain": personal(account, plain), "without_statement": personal(account, silent),
            "with_everything": personal(account, full)}


def transfer_with_authorization(account, value, nonce):
    typed = {
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
                             {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
            "TransferWithAuthorization": [
                {"name": "from", "type": "address"}, {"name": "to", "type": "address"},
                {"name": "value", "type": "uint256"}, {"name": "validAfter", "type": "uint256"},
                {"name": "validBefore", "type": "uint256"}, {"name": "nonce", "type": "bytes32"}],
        },
        "primaryType": "TransferWithAuthorization",
        "domain": {"name": "USD Coin", "version": "2", "chainId": 8453, "verifyingContract": USDC_BASE},
        "message": {"from": account.address, "to": receiver(), "value": value, "validAfter": 1763719200,
                    "validBefore": 1763719500, "nonce": nonce},
    }
    message = encode_typed_data(full_message=typed)
    return {
        "authorization": {"from": account.address, "to": receiver(), "value": str(value), "validAfter": "1763719200",
                          "validBefore": "1763719500", "nonce": hexed(nonce)},
        "digest": hexed(_hash_eip191_message(message)),
        "signature": hexed(account.sign_message(message).signature),
    }


def token_account(owner):
    return Pubkey.find_program_address([bytes(owner), bytes(TOKEN), bytes(USDC_SOLANA)], ASSOCIATED)[0]


def sign_in_with_solana(keypair):
    text = "\n".join([
        "api.venice.ai wants you to sign in with your Solana account:", str(keypair.pubkey()), "",
        "Sign in to Venice API", "", "URI: https://api.venice.ai", "Version: 1",
        f"Chain ID: {SOLANA.split(':')[1]}", "Nonce: 0f1e2d3c4b5a6978", "Issued At: 2026-11-21T10:00:00.000Z",
        "Expiration Time: 2026-11-21T10:10:00.000Z"])
    signature = keypair.sign_message(text.encode())
    return {"message": text, "base58": str(signature), "base64": base64.b64encode(bytes(signature)).decode()}


def instructions(keys, amount):
    payer, receiving = keys["payer"].pubkey(), keys["receiver"].pubkey()
    transfer = bytes([12]) + struct.pack("<Q", amount) + bytes([6])
    accounts = [AccountMeta(token_account(payer), False, True), AccountMeta(USDC_SOLANA, False, False),
                AccountMeta(token_account(receiving), False, True), AccountMeta(payer, True, False)]
    return [
        Instruction(COMPUTE, bytes([2]) + struct.pack("<I", 20_000), []),
        Instruction(COMPUTE, bytes([3]) + struct.pack("<Q", 1), []),
        Instruction(TOKEN, transfer, accounts),
        Instruction(MEMO, b"0f1e2d3c4b5a69780f1e2d3c4b5a6978", []),
    ]


def partly_signed(message, keys):
    """The fee payer's signature stays empty: whoever sponsors the payment adds it."""
    signature = keys["payer"].sign_message(to_bytes_versioned(message))
    signers = message.account_keys[:message.header.num_required_signatures]
    signatures = [signature if key == keys["payer"].pubkey() else Signature.default() for key in signers]
    return base64.b64encode(bytes(VersionedTransaction.populate(message, signatures))).decode()


def solana_payments(keys):
    sponsor, blockhash = keys["fee payer"].pubkey(), Hash(hashlib.sha256(b"a block").digest())
    usual = instructions(keys, 7_500_000)
    draining = [*usual, Instruction(SYSTEM, struct.pack("<IQ", 2, 1_000), [
        AccountMeta(sponsor, True, True), AccountMeta(keys["payer"].pubkey(), False, True)])]
    made = {
        "version_0": MessageV0.try_compile(sponsor, usual, [], blockhash),
        "legacy": Message.new_with_blockhash(usual, sponsor, blockhash),
        "two_transfers": MessageV0.try_compile(sponsor, [*usual, usual[2]], [], blockhash),
        "draining_the_fee_payer": MessageV0.try_compile(sponsor, draining, [], blockhash),
    }
    return {name: partly_signed(message, keys) for name, message in made.items()}


def main():
    account, keys = ethereum_payer(), solana_keys()
    vectors = {
        "keccak": [{"text": text, "hash": hexed(keccak(text=text))} for text in ("", "gondola", "x" * 200)],
        "ethereum": {
            "secret": hexed(secret("payer on Base")), "address": account.address, "receiver": receiver(),
            "checksums": [to_checksum_address(keccak(text=f"address {n}")[12:]) for n in range(6)],
            "personal": [personal(account, text) for text in ("", "a token to sign", "Ponte di Rialto, già di legno")],
            "sign_in": sign_in_with_ethereum(account),
            "payments": [transfer_with_authorization(account, 10_000_000, keccak(text="payment 1")),
                         transfer_with_authorization(account, 2**130 + 5, keccak(text="payment 2"))],
        },
        "solana": {
            "seed": hexed(secret("payer on Solana")), "address": str(keys["payer"].pubkey()),
            "receiver": str(keys["receiver"].pubkey()), "fee_payer": str(keys["fee payer"].pubkey()),
            "token_accounts": [{"owner": str(key.pubkey()), "account": str(token_account(key.pubkey()))}
                               for key in keys.values()],
            "sign_in": sign_in_with_solana(keys["payer"]),
            "payments": solana_payments(keys),
        },
    }
    target = pathlib.Path(__file__).with_name("wallet_vectors.json")
    target.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")


main()
