import { app } from "./app";
import { batch } from "./batch";
import { boards } from "./boards";
import { budget } from "./budget";
import { common } from "./common";
import { compare } from "./compare";
import { errors } from "./errors";
import { image } from "./image";
import { library } from "./library";
import { markdown } from "./markdown";
import { queue } from "./queue";
import { refine } from "./refine";
import { remote } from "./remote";
import { settings } from "./settings";
import { transfer } from "./transfer";

export const en = {
  app,
  batch,
  boards,
  budget,
  common,
  compare,
  errors,
  image,
  library,
  markdown,
  queue,
  refine,
  remote,
  settings,
  transfer,
} as const;
