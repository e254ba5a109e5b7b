// Bundles styles and scripts into src/tongxing/web/static and cuts the icons that pages use.
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/tongxing/web/static");
const templates = join(here, "../src/tongxing/web/templates");
const lucide = join(here, "node_modules/lucide-static");

/** Icons named by templates as icon("name"); a name that lucide does not have stops the build. */
async function iconsUsed() {
  const names = new Set();
  for (const file of await readdir(templates, { recursive: true })) {
    if (!file.endsWith(".html")) continue;
    const text = await readFile(join(templates, file), "utf8");
    for (const [, name] of text.matchAll(/\bicon\(\s*["']([a-z0-9-]+)["']/g)) names.add(name);
    // a map of icons inside a template: {# icons: a b c #}
    for (const [, list] of text.matchAll(/\{#\s*icons:\s*([a-z0-9\s-]+)#\}/g)) {
      for (const name of list.trim().split(/\s+/)) names.add(name);
    }
  }
  return [...names].sort();
}

async function symbol(name) {
  const svg = await readFile(join(lucide, "icons", `${name}.svg`), "utf8");
  const drawing = svg.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function sprite() {
  const names = await iconsUsed();
  const licence = (await readFile(join(lucide, "LICENSE"), "utf8")).replace(/-(?=-)/g, "- ").trim();
  const symbols = await Promise.all(names.map(symbol));
  const open = '<svg xmlns="http://www.w3.org/2000/svg">';
  await writeFile(join(target, "icons.svg"), `${open}\n<!-- Lucide icons\n${licence}\n-->\n${symbols.join("\n")}\n</svg>\n`);
  return names.length;
}

const PAIR = /light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)/;

/** Spreads `light-dark(day, night)` into rules that older browsers read as well; paper is always light. */
const dayAndNight = {
  name: "day-and-night",
  setup({ onLoad }) {
    onLoad({ filter: /tokens\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const night = text.split("\n").filter((line) => PAIR.test(line)).map((line) => line.replace(PAIR, "$2"));
      const rules = [
        text.replaceAll(new RegExp(PAIR, "g"), "$1"),
        `@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${night.join("")} } }`,
        `@media screen { :root[data-theme="dark"] { ${night.join("")} } }`,
      ];
      return { contents: rules.join("\n"), loader: "css" };
    });
  },
};

const common = {
  bundle: true,
  minify: true,
  target: ["chrome100", "firefox100", "safari15"],
  legalComments: "linked",
  outdir: target,
};

await mkdir(target, { recursive: true });
const count = await sprite();
// htmx carries no legal comment of its own in the bundle: its licence (0BSD) asks for none
await build({ ...common, format: "iife", entryPoints: { app: join(here, "js/app.js"), sw: join(here, "js/sw.js") } });
await build({ ...common, format: "esm", entryPoints: { chart: join(here, "js/chart.js"), terrain: join(here, "js/terrain.js"), verify: join(here, "js/verify.js"), talk: join(here, "js/talk.js"), push: join(here, "js/push.js") } });
await build({ ...common, entryPoints: { app: join(here, "css/app.css") }, plugins: [dayAndNight] });
const pictures = ["favicon.svg", "icon-maskable.svg"];
for (const name of pictures) await copyFile(join(here, name), join(target, name));
console.log(`pages: app.css, app.js, chart.js, terrain.js, verify.js, talk.js, push.js, sw.js, icons.svg (${count} icons), ${pictures.join(", ")}`);
