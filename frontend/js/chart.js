// Draws figures[data-chart] over the table that stands below them; loaded only where there is one.
import { BarChart, LineChart, PieChart, TreemapChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, TreemapChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const UNITS = {
  ppm: (value) => `${(value / 10_000).toFixed(1)}%`,
  fen: (value) => (value / 100).toLocaleString("zh-CN", { maximumFractionDigits: 0 }),
  count: (value) => value.toLocaleString("zh-CN"),
};

/** Colours come from the tokens of the page, so that night and day need no second list. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    token,
    series: [1, 2, 3, 4, 5, 6].map((place) => token(`sector-${place}`)),
    ink: token("ink"),
    muted: token("muted"),
    line: token("line"),
    card: token("card"),
  };
}

/** Letters in a chart, in px: they grow with the letters of the page. */
function letters() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.78;
}

function base(colour, written) {
  const size = letters();
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 320,
    color: colour.series,
    // a canvas inherits nothing: a family it cannot read would leave every word at 10 px
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: colour.muted },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colour.card,
      borderColor: colour.line,
      textStyle: { color: colour.ink, fontSize: size },
      valueFormatter: (value) => (typeof value === "number" ? written(value) : "–"),
    },
    legend: { bottom: 0, icon: "roundRect", itemWidth: 14, itemHeight: 4, textStyle: { color: colour.muted, fontSize: size } },
    grid: { left: 4, right: 12, top: 12, bottom: 34, containLabel: true },
  };
}

function axes(data, colour, written) {
  const label = { color: colour.muted, fontSize: letters(), hideOverlap: true };
  return {
    xAxis: { type: "category", data: data.labels, axisLabel: label, axisTick: { show: false }, axisLine: { lineStyle: { color: colour.line } } },
    yAxis: { type: "value", scale: data.kind === "line", splitNumber: 4, axisLabel: { ...label, formatter: written }, splitLine: { lineStyle: { color: colour.line } } },
  };
}

function line(data, colour, written) {
  const series = data.series.map((one, place) => ({
    type: "line",
    name: one.name,
    data: one.values,
    showSymbol: false,
    connectNulls: true,
    lineStyle: place === 0 ? { width: 2.5 } : { width: 1.5, type: "dashed" },
    itemStyle: { color: place === 0 ? colour.token("brand") : place === 1 ? colour.token("benchmark") : colour.series[place] },
    areaStyle: place === 0 ? { color: colour.token("area") } : undefined,
  }));
  return { ...axes(data, colour, written), series };
}

const BARS_UPRIGHT_MAX = 4;
const NAME_WIDTH_EM = 6.5;
const ROW_REM = 2.25;

/** Few bars stand, each over its name; many lie, each beside it, and the drawing grows with them. */
function bars(data, colour, written, series) {
  const { xAxis, yAxis } = axes(data, colour, written);
  const whole = { ...xAxis.axisLabel, hideOverlap: false, interval: 0 };
  if (data.labels.length <= BARS_UPRIGHT_MAX) return { xAxis: { ...xAxis, axisLabel: whole }, yAxis, series };
  const names = { ...xAxis, inverse: true, axisLabel: { ...whole, width: NAME_WIDTH_EM * letters(), overflow: "truncate" } };
  return { xAxis: { ...yAxis, splitNumber: 3 }, yAxis: names, series, rem: ROW_REM * data.labels.length + 4 };
}

function bar(data, colour, written) {
  const round = { borderRadius: 4 };
  return bars(data, colour, written, data.series.map((one) => ({ type: "bar", name: one.name, data: one.values, barMaxWidth: 20, itemStyle: round })));
}

/** Each bar begins where the one before it ended: an unseen bar carries the seen one. */
function waterfall(data, colour, written) {
  const { name, values } = data.series[0];
  let at = 0;
  const bases = values.map((value) => {
    const low = Math.min(at, at + value);
    at += value;
    return { low, value };
  });
  const shown = bases.map(({ value }) => ({
    value: Math.abs(value),
    itemStyle: { color: colour.token(value >= 0 ? "up" : "down"), borderRadius: 4 },
  }));
  const silent = { itemStyle: { color: "transparent" }, tooltip: { show: false }, emphasis: { disabled: true } };
  return {
    ...bars(data, colour, written, [
      { type: "bar", stack: "all", stackStrategy: "all", data: bases.map(({ low }) => low), ...silent },
      { type: "bar", stack: "all", stackStrategy: "all", name, data: shown, barMaxWidth: 28 },
    ]),
    legend: { show: false },
    tooltip: { trigger: "item", formatter: ({ dataIndex }) => `${data.labels[dataIndex]} ${written(values[dataIndex])}` },
  };
}

function parts(data) {
  return data.labels.map((name, place) => ({ name, value: data.series[0].values[place] }));
}

function pie(data, colour) {
  const item = { borderColor: colour.card, borderWidth: 2, borderRadius: 4 };
  return { tooltip: { trigger: "item" }, series: [{ type: "pie", radius: ["48%", "74%"], center: ["50%", "44%"], label: { show: false }, itemStyle: item, data: parts(data) }] };
}

function treemap(data, colour) {
  const item = { borderColor: colour.card, borderWidth: 2, gapWidth: 2, borderRadius: 6 };
  const still = { roam: false, nodeClick: false, breadcrumb: { show: false }, left: 0, right: 0, top: 0, bottom: 0 };
  return { tooltip: { trigger: "item" }, legend: { show: false }, series: [{ type: "treemap", ...still, itemStyle: item, label: { color: colour.token("on-band"), fontWeight: 600, textBorderColor: colour.token("band"), textBorderWidth: 2 }, data: parts(data) }] };
}

const KINDS = { line, bar, waterfall, pie, treemap };
const drawn = new Map();

function draw(figure) {
  const place = figure.querySelector("[data-drawing]");
  const data = JSON.parse(figure.dataset.chart);
  const colour = colours();
  const written = UNITS[data.unit] ?? UNITS.count;
  const common = base(colour, written);
  const { rem, ...own } = KINDS[data.kind](data, colour, written);
  if (rem) place.style.height = `${rem}rem`;
  place.hidden = false;
  drawn.get(place)?.dispose();
  const chart = init(place, null, { renderer: "canvas" });
  chart.setOption({ ...common, ...own, tooltip: { ...common.tooltip, ...own.tooltip } });
  drawn.set(place, chart);
  figure.dataset.ready = "";
}

export function drawAll() {
  for (const place of drawn.keys()) if (!place.isConnected) { drawn.get(place).dispose(); drawn.delete(place); }
  document.querySelectorAll("figure[data-chart]").forEach(draw);
}

drawAll();
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ width: 640 })));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
