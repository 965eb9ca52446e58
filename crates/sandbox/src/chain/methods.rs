//! Which methods a network takes, and what each costs: its tier times the network's credits.

use super::networks::Family;

/// What a call that failed costs, whatever its tier.
pub(crate) const FAILED: u32 = 5;

/// Why a method is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsupported {
    /// It speaks over a WebSocket only.
    WebSocketOnly,
    /// It belongs to another family, keeps state at one node, or isn't known.
    Unmapped,
}

const ETHEREUM: &[&str] = &[
    "bor_getAuthor",
    "bor_getCurrentProposer",
    "bor_getCurrentValidators",
    "bor_getRootHash",
    "bor_getSignersAtHash",
    "eth_blobBaseFee",
    "eth_blockNumber",
    "eth_call",
    "eth_chainId",
    "eth_createAccessList",
    "eth_estimateGas",
    "eth_estimateUserOperationGas",
    "eth_feeHistory",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByHash",
    "eth_getBlockTransactionCountByNumber",
    "eth_getCode",
    "eth_getLogs",
    "eth_getProof",
    "eth_getStorageAt",
    "eth_getTransactionByBlockHashAndIndex",
    "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_getUncleCountByBlockHash",
    "eth_getUncleCountByBlockNumber",
    "eth_getUserOperationByHash",
    "eth_getUserOperationReceipt",
    "eth_maxPriorityFeePerGas",
    "eth_protocolVersion",
    "eth_sendRawTransaction",
    "eth_sendUserOperation",
    "eth_simulateV1",
    "eth_supportedEntryPoints",
    "eth_syncing",
    "linea_estimateGas",
    "linea_getProof",
    "linea_getTransactionExclusionStatusV1",
    "net_listening",
    "net_peerCount",
    "net_version",
    "pimlico_getUserOperationGasPrice",
    "pimlico_getUserOperationStatus",
    "web3_clientVersion",
    "web3_sha3",
    "zks_estimateFee",
    "zks_estimateGasL1ToL2",
    "zks_getBridgeContracts",
    "zks_getBytecodeByHash",
    "zks_getFeeParams",
    "zks_getL1BatchBlockRange",
    "zks_getL1BatchDetails",
    "zks_getL1GasPrice",
    "zks_getL2ToL1LogProof",
    "zks_getMainContract",
    "zks_getProof",
    "zks_getTransactionDetails",
    "zks_L1BatchNumber",
    "zks_L1ChainId",
];

const ETHEREUM_ADVANCED: &[&str] = &[
    "arbtrace_block",
    "arbtrace_call",
    "arbtrace_callMany",
    "arbtrace_filter",
    "arbtrace_transaction",
    "debug_storageRangeAt",
    "debug_traceBlock",
    "debug_traceBlockByHash",
    "debug_traceBlockByNumber",
    "debug_traceCall",
    "debug_traceTransaction",
    "trace_block",
    "trace_call",
    "trace_callMany",
    "trace_filter",
    "trace_get",
    "trace_rawTransaction",
    "trace_transaction",
    "txpool_inspect",
    "txpool_status",
];

const ETHEREUM_LARGE: &[&str] = &[
    "arbtrace_replayBlockTransactions",
    "arbtrace_replayTransaction",
    "trace_replayBlockTransactions",
    "trace_replayTransaction",
    "txpool_content",
];

const SOLANA: &[&str] = &[
    "getAccountInfo",
    "getBalance",
    "getBlock",
    "getBlockCommitment",
    "getBlockHeight",
    "getBlockProduction",
    "getBlockTime",
    "getBlocks",
    "getBlocksWithLimit",
    "getClusterNodes",
    "getEpochInfo",
    "getEpochSchedule",
    "getFeeForMessage",
    "getFirstAvailableBlock",
    "getGenesisHash",
    "getHealth",
    "getHighestSnapshotSlot",
    "getIdentity",
    "getInflationGovernor",
    "getInflationRate",
    "getInflationReward",
    "getLatestBlockhash",
    "getLeaderSchedule",
    "getMaxRetransmitSlot",
    "getMaxShredInsertSlot",
    "getMinimumBalanceForRentExemption",
    "getMultipleAccounts",
    "getProgramAccounts",
    "getRecentPerformanceSamples",
    "getRecentPrioritizationFees",
    "getSignatureStatuses",
    "getSignaturesForAddress",
    "getSlot",
    "getSlotLeader",
    "getSlotLeaders",
    "getStakeMinimumDelegation",
    "getTokenAccountBalance",
    "getTokenAccountsByDelegate",
    "getTokenAccountsByOwner",
    "getTokenLargestAccounts",
    "getTokenSupply",
    "getTransaction",
    "getTransactionCount",
    "getVersion",
    "getVoteAccounts",
    "isBlockhashValid",
    "minimumLedgerSlot",
    "requestAirdrop",
    "sendTransaction",
    "simulateTransaction",
];

const SOLANA_LARGE: &[&str] = &["getLargestAccounts", "getSupply"];

const STARKNET: &[&str] = &[
    "starknet_addDeclareTransaction",
    "starknet_addDeployAccountTransaction",
    "starknet_addInvokeTransaction",
    "starknet_blockHashAndNumber",
    "starknet_blockNumber",
    "starknet_call",
    "starknet_chainId",
    "starknet_estimateFee",
    "starknet_estimateMessageFee",
    "starknet_getBlockTransactionCount",
    "starknet_getBlockWithReceipts",
    "starknet_getBlockWithTxHashes",
    "starknet_getBlockWithTxs",
    "starknet_getClass",
    "starknet_getClassAt",
    "starknet_getClassHashAt",
    "starknet_getEvents",
    "starknet_getNonce",
    "starknet_getStateUpdate",
    "starknet_getStorageAt",
    "starknet_getTransactionByBlockIdAndIndex",
    "starknet_getTransactionByHash",
    "starknet_getTransactionReceipt",
    "starknet_getTransactionStatus",
    "starknet_simulateTransactions",
    "starknet_specVersion",
    "starknet_syncing",
    "starknet_traceBlockTransactions",
    "starknet_traceTransaction",
];

/// How many times the network's credits a method costs.
pub(crate) fn tier(family: Family, method: &str) -> Result<u32, Unsupported> {
    let (standard, advanced, large): (&[&str], &[&str], &[&str]) = match family {
        Family::Ethereum { .. } => (ETHEREUM, ETHEREUM_ADVANCED, ETHEREUM_LARGE),
        Family::Solana => (SOLANA, &[], SOLANA_LARGE),
        Family::Starknet { .. } => (STARKNET, &[], &[]),
    };
    for (methods, tier) in [(standard, 1), (advanced, 2), (large, 4)] {
        if methods.contains(&method) {
            return Ok(tier);
        }
    }
    let over_a_socket = ["_subscribe", "_unsubscribe", "Subscribe", "Unsubscribe"];
    if over_a_socket.iter().any(|ending| method.ends_with(ending)) {
        return Err(Unsupported::WebSocketOnly);
    }
    Err(Unsupported::Unmapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_its_methods_and_prices() {
        let (ethereum, solana, starknet) =
            (Family::Ethereum { chain: 1 }, Family::Solana, Family::Starknet { chain: "SN_MAIN" });
        for (family, method, expected) in [
            (ethereum, "eth_call", Ok(1)),
            (ethereum, "zks_estimateFee", Ok(1)),
            (ethereum, "eth_sendUserOperation", Ok(1)),
            (ethereum, "debug_traceCall", Ok(2)),
            (ethereum, "txpool_status", Ok(2)),
            (ethereum, "txpool_content", Ok(4)),
            (ethereum, "trace_replayTransaction", Ok(4)),
            (solana, "getBalance", Ok(1)),
            (solana, "getSupply", Ok(4)),
            (starknet, "starknet_chainId", Ok(1)),
            (ethereum, "eth_newFilter", Err(Unsupported::Unmapped)),
            (ethereum, "eth_sign", Err(Unsupported::Unmapped)),
            (ethereum, "getBalance", Err(Unsupported::Unmapped)),
            (starknet, "eth_call", Err(Unsupported::Unmapped)),
            (ethereum, "eth_subscribe", Err(Unsupported::WebSocketOnly)),
            (solana, "accountSubscribe", Err(Unsupported::WebSocketOnly)),
            (solana, "slotUnsubscribe", Err(Unsupported::WebSocketOnly)),
        ] {
            assert_eq!(tier(family, method), expected, "{method}");
        }
    }
}
