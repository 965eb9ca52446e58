import { describe, expect, it } from "vitest";
import type { LineageLink, LineageTree } from "@/bindings";
import { fakePlatform } from "@/platform/fake";
import { fakeId, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { layOut, neighbourOf, type LineageLayout } from "./lineage-layout";
import { LineageOf } from "./lineage.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const link = (parent: string, child: string): LineageLink => ({ parent, child, role: "source" });
const tree = (ids: readonly string[], links: readonly LineageLink[]): LineageTree => ({
  items: ids.map((id, index) => fakeItem(index, now, { id })),
  links: [...links],
  left_out: 0,
});
const columns = (layout: LineageLayout): Record<string, number> =>
  Object.fromEntries(layout.nodes.map((node) => [node.id, node.column]));

function expectApart(layout: LineageLayout): void {
  for (const one of layout.nodes) {
    expect(one.row).toBeGreaterThanOrEqual(0);
    expect(one.row).toBeLessThan(layout.rows);
    for (const other of layout.nodes) {
      if (one !== other && one.column === other.column)
        expect(Math.abs(one.row - other.row)).toBeGreaterThan(0.999);
    }
  }
}

describe("the layout of a lineage", () => {
  it("puts each after the latest of its parents, and a late reference right before its child", () => {
    const layout = layOut(
      tree(
        ["a", "b", "c", "reference"],
        [link("a", "b"), link("b", "c"), link("reference", "c"), link("a", "c")],
      ),
    );
    expect(columns(layout)).toEqual({ a: 0, b: 1, reference: 1, c: 2 });
    expectApart(layout);
  });

  it("shows a parent that is gone as a place without an item", () => {
    const layout = layOut(tree(["b"], [link("lost", "b")]));
    expect(layout.nodes.find((node) => node.id === "lost")?.item).toBeNull();
    expect(columns(layout)).toEqual({ lost: 0, b: 1 });
  });

  it("survives circles, links to itself, and nothing at all", () => {
    const layout = layOut(
      tree(["a", "b", "c"], [link("a", "b"), link("b", "c"), link("c", "a"), link("a", "a")]),
    );
    expect(layout.nodes).toHaveLength(3);
    expectApart(layout);
    expect(layOut(tree([], []))).toMatchObject({ nodes: [], columns: 0, rows: 0 });
  });

  it("keeps siblings at their parent: two families don't mix", () => {
    const ids = ["p", "q", "p1", "q1", "p2", "q2"];
    const layout = layOut(tree(ids, [link("p", "p1"), link("q", "q1"), link("p", "p2"), link("q", "q2")]));
    const row = (id: string): number => layout.nodes.find((node) => node.id === id)?.row ?? -1;
    const [ps, qs] = [Math.max(row("p1"), row("p2")), Math.min(row("q1"), row("q2"))];
    expect(row("p") < row("q") ? ps < qs : ps > qs).toBe(true);
    expectApart(layout);
  });

  it("lays 200 of all kinds out within a moment", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const links = ids.slice(1).map((id, index) => link(`n${Math.floor(index / 3)}`, id));
    const layout = layOut(tree(ids, [...links, link("n7", "n150"), link("n3", "n199")]));
    expect(layout.nodes).toHaveLength(200);
    expectApart(layout);
  });

  it("is walked along its links, and up and down within a generation", () => {
    const layout = layOut(tree(["a", "b", "c"], [link("a", "b"), link("a", "c")]));
    expect(neighbourOf(layout, "b", "left")).toBe("a");
    const first = neighbourOf(layout, "a", "right");
    expect(["b", "c"]).toContain(first);
    const [top, low] = layout.nodes.filter((node) => node.column === 1).sort((x, y) => x.row - y.row);
    expect(neighbourOf(layout, top?.id ?? "", "down")).toBe(low?.id);
    expect(neighbourOf(layout, top?.id ?? "", "up")).toBeNull();
    expect(neighbourOf(layout, "a", "left")).toBeNull();
    expect(neighbourOf(layout, "nowhere", "left")).toBe(layout.nodes[0]?.id);
  });
});

describe("the lineage of an item", () => {
  it("is read once for all that is part of it, and anew when something changes", async () => {
    const links = [link(fakeId(2), fakeId(1)), link(fakeId(1), fakeId(0))];
    const fake = fakePlatform({ now: () => now, items: 5, links });
    usePlatform(fake);
    const lineage = new LineageOf();
    await lineage.open(fakeId(1));
    expect(lineage.layout?.nodes).toHaveLength(3);
    await lineage.open(fakeId(0));
    const reads = (): number => fake.calls.filter((call) => call.name === "itemLineage").length;
    expect([lineage.id, reads()]).toEqual([fakeId(0), 1]);
    await lineage.open(fakeId(4));
    expect([lineage.layout?.nodes.length, reads()]).toEqual([1, 2]);
    await lineage.open("nowhere");
    expect(lineage.tree?.items).toEqual([]);
  });
});
