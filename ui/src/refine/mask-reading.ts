/** Reads a mask that was kept back into tiles. */
import { TILE, type TiledMask } from "./tiles";

/** The picture is drawn a band at a time, so that only a band lies in memory as colours. */
export async function readMask(png: string, mask: TiledMask): Promise<() => void> {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = mask.width;
  canvas.height = TILE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this webview has no canvas");
  return () => {
    for (let top = 0; top < mask.height; top += TILE) {
      const rows = Math.min(TILE, mask.height - top);
      context.clearRect(0, 0, mask.width, TILE);
      context.drawImage(image, 0, top, mask.width, rows, 0, 0, mask.width, rows);
      const { data } = context.getImageData(0, 0, mask.width, rows);
      mask.paint({ left: 0, top, right: mask.width, bottom: top + rows }, (pixels, part, left, tileTop) => {
        for (let y = part.top; y < part.bottom; y++) {
          for (let x = part.left; x < Math.min(part.right, mask.width); x++) {
            pixels[(y - tileTop) * TILE + x - left] = data[((y - top) * mask.width + x) * 4] ?? 0;
          }
        }
      });
    }
  };
}
