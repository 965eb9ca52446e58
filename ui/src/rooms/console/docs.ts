/** Venice's page about each operation. */
import type { OperationView } from "@/console-contract";

const BASE = "https://docs.venice.ai/api-reference/endpoint";

/** Where the page has another address than the operation; null where there is none. */
const OTHERS: Readonly<Record<string, string | null>> = {
  createEmbedding: "/embeddings/generate",
  simpleGenerateImage: "/image/generations",
  listCharacters: "/characters/list",
  getCharacterBySlug: "/characters/get",
  getCharacterReviews: "/characters/reviews",
  listModels: "/models/list",
  getApiKeys: "/api_keys/list",
  getApiKeyById: "/api_keys/get",
  createApiKey: "/api_keys/create",
  updateApiKey: "/api_keys/update",
  deleteApiKey: "/api_keys/delete",
  getApiKeyRateLimitLogs: "/api_keys/rate_limit_logs",
  getApiKeyGenerateWeb3Key: "/api_keys/generate_web3_key/get",
  postApiKeyGenerateWeb3Key: "/api_keys/generate_web3_key/post",
  listCryptoRpcNetworks: "/crypto/rpc-networks",
  cryptoRpcProxy: "/crypto/rpc",
  getX402Balance: "/x402/balance",
  getX402Transactions: "/x402/transactions",
  getTeeAttestation: null,
  getTeeSignature: null,
};

export function docsOf(operation: OperationView): string | null {
  const other = OTHERS[operation.id];
  if (other === null) return null;
  return `${BASE}${other ?? operation.path}`;
}
