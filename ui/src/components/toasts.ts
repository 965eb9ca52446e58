/** A short message in the corner. */
export type ToastEntry = {
  id: number;
  severity: "error" | "warning" | "info" | "success";
  text: string;
  detail: string | null;
  action: { label: string; run: () => void } | null;
};
