//! Solana transactions, as far as a payment in USDC needs them read.
//!
//! A payer signs a transfer whose fee somebody else pays, so one signature is still missing. What it moves, where to
//! and whether the owner signed it is checked here; whether the owner has it, and the block is recent, only a chain
//! could say.

use super::{
    rails::{FEE_PAYER, RECEIVER_ON_SOLANA, USDC_ON_SOLANA},
    solana::{Key, TOKEN_PROGRAM, key, signed, token_account},
};

/// Programs that may take part beside the transfer: notes, and what wallets add to protect their owners.
const HARMLESS: [&str; 2] =
    ["MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", "L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95"];
const COMPUTE_BUDGET: &str = "ComputeBudget111111111111111111111111111111";
/// `SetComputeUnitLimit` and `SetComputeUnitPrice`.
const COMPUTE_SETTINGS: [u8; 2] = [2, 3];
const TRANSFER_CHECKED: u8 = 12;
const USDC_DECIMALS: u8 = 6;

/// Why a transaction is no payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTransaction {
    #[error("The transaction can't be read")]
    Unreadable,
    #[error("Address lookup tables can't be resolved without the chain")]
    LookupTables,
    #[error("The fee payer must be the one of `extra.feePayer`, and take no part in any instruction")]
    FeePayer,
    #[error("Nobody but the payer and the fee payer may have to sign")]
    Signers,
    #[error("Only a transfer of tokens, compute settings and notes may be in the transaction")]
    Instruction,
    #[error("There must be exactly one TransferChecked")]
    OneTransfer,
    #[error("The transfer is not of USDC")]
    Token,
    #[error("The transfer goes to another account than the receiver's")]
    Receiver,
    #[error("The payer's signature is missing or wrong")]
    Signature,
}

/// A transfer that its owner signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) payer: Key,
    /// In USDC's smallest unit.
    pub(crate) units: u64,
    /// The payer's signature, which no other transaction has.
    pub(crate) signature: [u8; 64],
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }

    fn key(&mut self) -> Option<Key> {
        self.take(32)?.try_into().ok()
    }

    /// A length in one to three bytes of seven bits, the low ones first.
    fn length(&mut self) -> Option<usize> {
        let mut length = 0;
        for place in 0..3 {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Some(length);
            }
        }
        None
    }
}

struct Instruction<'a> {
    program: Key,
    accounts: Vec<Key>,
    data: &'a [u8],
}

struct Transaction<'a> {
    signatures: Vec<[u8; 64]>,
    message: &'a [u8],
    signers: usize,
    keys: Vec<Key>,
    instructions: Vec<Instruction<'a>>,
    lookups: usize,
}

impl<'a> Transaction<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let signatures = (0..reader.length()?)
            .map(|_| reader.take(64)?.try_into().ok())
            .collect::<Option<Vec<[u8; 64]>>>()?;
        let message = reader.0;
        let first = reader.byte()?;
        let versioned = first & 0x80 != 0;
        if versioned && first != 0x80 {
            return None;
        }
        let signers = usize::from(if versioned { reader.byte()? } else { first });
        reader.take(2)?;
        let keys = (0..reader.length()?).map(|_| reader.key()).collect::<Option<Vec<_>>>()?;
        // The recent block.
        reader.key()?;
        let instructions = (0..reader.length()?)
            .map(|_| {
                let program = *keys.get(usize::from(reader.byte()?))?;
                let count = reader.length()?;
                let places = reader.take(count)?;
                // A place beyond the keys is one of a lookup table.
                let accounts =
                    places.iter().filter_map(|place| keys.get(usize::from(*place)).copied()).collect();
                let length = reader.length()?;
                Some(Instruction { program, accounts, data: reader.take(length)? })
            })
            .collect::<Option<Vec<_>>>()?;
        let lookups = if versioned { reader.length()? } else { 0 };
        if lookups == 0 && !reader.0.is_empty() {
            return None;
        }
        let whole = signatures.len() == signers && signers <= keys.len();
        whole.then_some(Self { signatures, message, signers, keys, instructions, lookups })
    }
}

/// Reads the one transfer to the sandbox's receiver out of a serialized transaction.
pub(crate) fn transfer(bytes: &[u8]) -> Result<Transfer, BadTransaction> {
    let transaction = Transaction::read(bytes).ok_or(BadTransaction::Unreadable)?;
    if transaction.lookups > 0 {
        return Err(BadTransaction::LookupTables);
    }
    let known = |text| key(text).ok_or(BadTransaction::Unreadable);
    let fee_payer = known(FEE_PAYER)?;
    let takes_part = transaction
        .instructions
        .iter()
        .any(|instruction| instruction.program == fee_payer || instruction.accounts.contains(&fee_payer));
    if transaction.keys.first() != Some(&fee_payer) || takes_part {
        return Err(BadTransaction::FeePayer);
    }
    let token = known(TOKEN_PROGRAM)?;
    let mut transfers = Vec::new();
    for instruction in &transaction.instructions {
        let program = bs58::encode(instruction.program).into_string();
        let kind = instruction.data.first().copied().unwrap_or_default();
        if instruction.program == token && kind == TRANSFER_CHECKED {
            transfers.push(instruction);
        } else if !(HARMLESS.contains(&program.as_str())
            || program == COMPUTE_BUDGET && COMPUTE_SETTINGS.contains(&kind))
        {
            return Err(BadTransaction::Instruction);
        }
    }
    let [transfer] = transfers[..] else { return Err(BadTransaction::OneTransfer) };
    let (Some(amount), &[_, mint, destination, payer]) =
        (transfer.data.get(1..9).and_then(|bytes| bytes.try_into().ok()), &transfer.accounts[..])
    else {
        return Err(BadTransaction::Instruction);
    };
    if mint != known(USDC_ON_SOLANA)? || transfer.data.get(9..) != Some(&[USDC_DECIMALS]) {
        return Err(BadTransaction::Token);
    }
    if Some(destination) != token_account(&known(RECEIVER_ON_SOLANA)?, &mint, &token) {
        return Err(BadTransaction::Receiver);
    }
    let place = transaction.keys[..transaction.signers].iter().position(|key| *key == payer);
    let signature = place.and_then(|place| transaction.signatures.get(place)).copied();
    let signature = signature.ok_or(BadTransaction::Signature)?;
    if transaction.signers != 2 {
        return Err(BadTransaction::Signers);
    }
    if !signed(&payer, transaction.message, &signature) {
        return Err(BadTransaction::Signature);
    }
    Ok(Transfer { payer, units: u64::from_le_bytes(amount), signature })
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::wallets::vectors::{text, vectors};

    fn payment(name: &str) -> Vec<u8> {
        STANDARD.decode(text(&vectors()["solana"]["payments"][name])).unwrap()
    }

    #[test]
    fn both_kinds_of_transaction_are_read() {
        let payer = key(text(&vectors()["solana"]["address"])).unwrap();
        for name in ["version_0", "legacy"] {
            let transfer = transfer(&payment(name)).unwrap();
            assert_eq!((transfer.payer, transfer.units), (payer, 7_500_000), "{name}");
        }
    }

    #[test]
    fn what_would_do_more_than_pay_is_refused() {
        assert_eq!(transfer(&payment("two_transfers")), Err(BadTransaction::OneTransfer));
        assert_eq!(transfer(&payment("draining_the_fee_payer")), Err(BadTransaction::FeePayer));
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let good = payment("version_0");
        // Ahead of the payer's signature is the empty one of the fee payer, which is yet to come.
        for place in (65..good.len()).step_by(7) {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert!(transfer(&bad).is_err(), "byte {place}");
        }
        for length in [0, 1, 64, good.len() - 1] {
            assert_eq!(transfer(&good[..length]), Err(BadTransaction::Unreadable), "{length} bytes");
        }
    }
}
