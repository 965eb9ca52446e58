import type { Catalogue } from "../words";
import { app } from "./app";
import { common } from "./common";
import { errors } from "./errors";
import { image } from "./image";
import { library } from "./library";
import { markdown } from "./markdown";
import { queue } from "./queue";
import { settings } from "./settings";

export const zhCN: Catalogue = { app, common, errors, image, library, markdown, queue, settings };
