import type { Translated } from "../words";
import type { markdown as source } from "../en/markdown";

export const markdown: Translated<typeof source> = {
  code: "代码",
  codeIn: "{language} 代码",
  copyCode: "复制代码",
  copyTable: "复制为 CSV",
  copied: "已复制",
  copyFailed: "无法复制",
  table: "表格",
  moreRows: { other: "再显示 {count} 行" },
  moreItems: { other: "再显示 {count} 项" },
  showRest: "显示其余内容",
  done: "已完成",
  notDone: "待办",
  sources: "来源",
  allSources: { other: "显示全部 {count} 个来源" },
  reference: "来源 {number}：{text}",
};
