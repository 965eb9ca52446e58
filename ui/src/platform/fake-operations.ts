import type { OperationView } from "@/console-contract";
import operations from "@/test/operations.json";

/** The operations as the back end has them: the file is generated from its request types. */
export const fakeOperations: readonly OperationView[] = operations as unknown as OperationView[];
