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

await mkdir(target, { recursive: true });
const count = await sprite();
await build({
  entryPoints: { app: join(here, "js/app.js") },
  bundle: true,
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
  minify: true,
  legalComments: "linked",
  // htmx carries no legal comment of its own in the bundle: its licence (0BSD) asks for none
  outdir: target,
});
await build({
  entryPoints: { app: join(here, "css/app.css") },
  bundle: true,
  minify: true,
  target: ["chrome100", "firefox100", "safari15"],
  legalComments: "linked",
  outdir: target,
});
await copyFile(join(here, "favicon.svg"), join(target, "favicon.svg"));
console.log(`pages: app.css, app.js, icons.svg (${count} icons), favicon.svg`);
