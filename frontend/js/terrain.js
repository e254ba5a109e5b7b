// Draws figure[data-terrain]: days go along, products stand in ridges, height is what each is worth. A walker
// stands on one's own ridge; arrows, a drag or the buttons move it. Loaded only where there is such a figure.
import {
  AmbientLight, BufferAttribute, BufferGeometry, CanvasTexture, Color, DirectionalLight, DoubleSide, Group, Line,
  LineBasicMaterial, Mesh, MeshBasicMaterial, MeshLambertMaterial, PerspectiveCamera, PlaneGeometry, Scene,
  SRGBColorSpace, SphereGeometry, Sprite, SpriteMaterial, Vector3, WebGLRenderer,
} from "three";

const LENGTH = 12;
const GAP = 1.5;
const BETWEEN = 6;
const HEIGHT = 3.6;
const LABEL = { wide: 0.42, narrow: 0.54, narrowBelow: 500 };
const FAR = 12;
const WHOLE = 1_000_000;
const HEADSET = { size: 0.11, at: [0, 0.9, -1.2] };
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const percent = (ppm) => `${ppm >= WHOLE ? "+" : "−"}${(Math.abs(ppm - WHOLE) / 10_000).toFixed(2)}%`;
const smooth = (share) => share * share * (3 - 2 * share);

/** Where things stand: the land fills the height, and one's own ridge is the nearest. */
function measure({ days, ridges }) {
  const all = ridges.flatMap(({ ppm }) => ppm);
  const low = Math.min(WHOLE, ...all);
  const high = Math.max(WHOLE, ...all);
  const span = Math.max(40_000, high - low);
  const x = (day) => (day / (days.length - 1) - 0.5) * LENGTH;
  const y = (ppm) => ((ppm - (low + high) / 2) / span) * HEIGHT;
  const z = (row) => ((ridges.length - 1) / 2 - row) * GAP;
  return { x, y, z, swing: Math.max(WHOLE - low, high - WHOLE, 20_000) };
}

/** The ground: ridges of real levels, and slopes between them that only join what is real. */
function ground({ days, ridges }, at) {
  const rows = (ridges.length - 1) * BETWEEN + 1;
  const points = new Float32Array(rows * days.length * 3);
  const tints = new Float32Array(points.length);
  const [above, below, level] = ["up", "down", "line-strong"].map((name) => new Color(token(name)));
  for (let row = 0; row < rows; row += 1) {
    const near = Math.floor(row / BETWEEN);
    const share = smooth((row % BETWEEN) / BETWEEN);
    const far = Math.min(near + 1, ridges.length - 1);
    days.forEach((_, day) => {
      const ppm = ridges[near].ppm[day] * (1 - share) + ridges[far].ppm[day] * share;
      const place = (row * days.length + day) * 3;
      points.set([at.x(day), at.y(ppm), at.z(row / BETWEEN)], place);
      const depth = Math.min(1, (Math.abs(ppm - WHOLE) / at.swing) * 1.4);
      level.clone().lerp(ppm >= WHOLE ? above : below, depth).toArray(tints, place);
    });
  }
  const faces = [];
  for (let row = 0; row < rows - 1; row += 1) {
    for (let day = 0; day < days.length - 1; day += 1) {
      const corner = row * days.length + day;
      faces.push(corner, corner + 1, corner + days.length, corner + 1, corner + days.length + 1, corner + days.length);
    }
  }
  const shape = new BufferGeometry();
  shape.setAttribute("position", new BufferAttribute(points, 3));
  shape.setAttribute("color", new BufferAttribute(tints, 3));
  shape.setIndex(faces);
  shape.computeVertexNormals();
  return new Mesh(shape, new MeshLambertMaterial({ vertexColors: true, side: DoubleSide, transparent: true, opacity: 0.94 }));
}

function ridgeLine({ days, ridges }, row, at) {
  const points = days.map((_, day) => new Vector3(at.x(day), at.y(ridges[row].ppm[day]) + 0.03, at.z(row)));
  return new Line(new BufferGeometry().setFromPoints(points), new LineBasicMaterial({ color: token(row ? "muted" : "brand") }));
}

/** Words that always face the reader. */
function sign(words, height) {
  const pen = document.createElement("canvas").getContext("2d");
  const font = `600 44px ${token("sans")}`;
  pen.font = font;
  pen.canvas.width = Math.ceil(pen.measureText(words).width) + 16;
  pen.canvas.height = 60;
  pen.font = font;
  pen.fillStyle = token("ink");
  pen.textBaseline = "middle";
  pen.fillText(words, 8, 30);
  const map = new CanvasTexture(pen.canvas);
  map.colorSpace = SRGBColorSpace;
  const found = new Sprite(new SpriteMaterial({ map, depthTest: false }));
  found.scale.set((pen.canvas.width / 60) * height, height, 1);
  return found;
}

/** Names stand where every ridge begins at the same height, so that none hides another; days stand in front. */
function signs({ days, ridges }, at, height) {
  const front = at.z(0) + GAP * 0.9;
  const found = [0, days.length - 1].map((day) => [sign(days[day], height), at.x(day), at.y(ridges[0].ppm[day]) - height * 1.5, front]);
  ridges.forEach(({ name }, row) => {
    const label = sign(name, height);
    label.center.set(1, 0.5);
    found.push([label, -LENGTH / 2 - 0.25, at.y(WHOLE), at.z(row)]);
  });
  return found.map(([label, ...place]) => (label.position.set(...place), label));
}

/** The height at which the walk began: below it there is a loss. */
function startLevel(land, at) {
  const plane = new PlaneGeometry(LENGTH, Math.max(1, land.ridges.length - 1) * GAP + GAP);
  const sheet = new Mesh(plane, new MeshBasicMaterial({ color: token("benchmark"), transparent: true, opacity: 0.16, side: DoubleSide, depthWrite: false }));
  sheet.rotation.x = -Math.PI / 2;
  sheet.position.y = at.y(WHOLE);
  return sheet;
}

function build(land, at, height) {
  const world = new Group();
  const walker = new Mesh(new SphereGeometry(0.17, 24, 16), new MeshLambertMaterial({ color: token("gold"), emissive: token("gold"), emissiveIntensity: 0.35 }));
  world.add(ground(land, at), startLevel(land, at), walker, ...land.ridges.map((_, row) => ridgeLine(land, row, at)), ...signs(land, at, height));
  return { world, walker };
}

function heading(day) {
  const found = document.createElement("b");
  found.textContent = day;
  return found;
}

function fact(name, ppm) {
  const found = document.createElement("span");
  const figure = document.createElement("b");
  figure.className = ppm >= WHOLE ? "up" : "down";
  figure.textContent = percent(ppm);
  found.append(`${name} `, figure);
  return found;
}

class Walk {
  constructor(figure) {
    this.figure = figure;
    this.land = JSON.parse(figure.dataset.terrain);
    this.stage = figure.querySelector("[data-stage]");
    this.reading = figure.querySelector("[data-reading]");
    this.day = this.land.days.length - 1;
    this.turn = 0.36;
    this.tilt = 0.46;
    this.renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.camera = new PerspectiveCamera(38, 1, 0.05, 120);
    this.stage.append(this.renderer.domElement);
    this.paint();
    this.listen();
  }

  /** Builds the scene in the colours of the page as they are now. */
  paint() {
    this.at = measure(this.land);
    this.scene = new Scene();
    const { world, walker } = build(this.land, this.at, LABEL[this.stage.clientWidth < LABEL.narrowBelow ? "narrow" : "wide"]);
    const sun = new DirectionalLight("#ffffff", 1.9);
    sun.position.set(-4, 9, 6);
    this.scene.add(new AmbientLight("#ffffff", 1.5), sun, world);
    Object.assign(this, { world, walker });
    this.resize();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / Math.max(1, height);
    this.camera.updateProjectionMatrix();
    this.show();
  }

  /** Puts the walker on its day, says what stands there, and draws once. */
  show() {
    const { days, ridges } = this.land;
    const own = ridges[0].ppm[this.day];
    this.walker.position.set(this.at.x(this.day), this.at.y(own) + 0.2, this.at.z(0));
    const words = `${days[this.day]} · ${ridges.map(({ name, ppm }) => `${name} ${percent(ppm[this.day])}`).join(" · ")}`;
    this.reading.replaceChildren(heading(days[this.day]), ...ridges.map(({ name, ppm }) => fact(name, ppm[this.day])));
    this.stage.setAttribute("aria-valuenow", this.day + 1);
    this.stage.setAttribute("aria-valuetext", words);
    this.draw();
  }

  draw() {
    if (this.renderer.xr.isPresenting) return;
    const far = FAR * Math.max(1, 2.3 / this.camera.aspect) ** 0.9;
    const level = Math.cos(this.tilt) * far;
    this.camera.position.set(Math.sin(this.turn) * level, Math.sin(this.tilt) * far, Math.cos(this.turn) * level);
    this.camera.lookAt(-0.9, -0.75, 0.2);
    this.renderer.render(this.scene, this.camera);
  }

  step(days) {
    this.day = Math.max(0, Math.min(this.land.days.length - 1, this.day + days));
    this.show();
  }

  /** A turn of the head; with motion reduced it is there at once. */
  look(turn, tilt = 0) {
    const goal = { turn: this.turn + turn, tilt: Math.max(0.12, Math.min(1.3, this.tilt + tilt)) };
    const rounds = calm.matches ? 1 : 8;
    const from = { turn: this.turn, tilt: this.tilt };
    let round = 0;
    const next = () => {
      round += 1;
      const share = smooth(round / rounds);
      this.turn = from.turn + (goal.turn - from.turn) * share;
      this.tilt = from.tilt + (goal.tilt - from.tilt) * share;
      this.draw();
      if (round < rounds) requestAnimationFrame(next);
    };
    next();
  }

  listen() {
    const keys = {
      ArrowLeft: (by) => this.step(-by), ArrowRight: (by) => this.step(by), PageDown: () => this.step(-10), PageUp: () => this.step(10),
      Home: () => this.step(-Infinity), End: () => this.step(Infinity), ArrowUp: () => this.look(0, 0.12), ArrowDown: () => this.look(0, -0.12),
    };
    this.stage.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act(event.shiftKey ? 5 : 1);
    });
    const moves = { back: () => this.step(-1), on: () => this.step(1), left: () => this.look(0.4), right: () => this.look(-0.4) };
    for (const button of this.figure.querySelectorAll("[data-move]")) button.addEventListener("click", moves[button.dataset.move]);
    this.drag();
    new ResizeObserver(() => this.resize()).observe(this.stage);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
    this.headset();
  }

  /** A finger or a mouse that goes sideways walks the days; up and down stays with the page. */
  drag() {
    let from = null;
    this.stage.addEventListener("pointerdown", (event) => { from = { x: event.clientX, day: this.day }; });
    addEventListener("pointerup", () => { from = null; });
    addEventListener("pointercancel", () => { from = null; });
    this.stage.addEventListener("pointermove", (event) => {
      if (!from) return;
      const days = Math.round(((event.clientX - from.x) / this.stage.clientWidth) * this.land.days.length);
      this.step(from.day + days - this.day);
    });
  }

  /** A headset, where there is one: the land stands before the reader as on a table; a press walks a day. */
  async headset() {
    const button = this.figure.querySelector("[data-headset]");
    if (!(await navigator.xr?.isSessionSupported("immersive-vr").catch(() => false))) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const session = await navigator.xr.requestSession("immersive-vr");
      this.renderer.xr.enabled = true;
      this.world.scale.setScalar(HEADSET.size);
      this.world.position.set(...HEADSET.at);
      session.addEventListener("select", () => this.step(this.day + 1 < this.land.days.length ? 1 : -Infinity));
      session.addEventListener("end", () => {
        this.renderer.setAnimationLoop(null);
        this.renderer.xr.enabled = false;
        this.world.scale.setScalar(1);
        this.world.position.set(0, 0, 0);
        this.resize();
      });
      await this.renderer.xr.setSession(session);
      this.renderer.setAnimationLoop(() => this.renderer.render(this.scene, this.camera));
    });
  }
}

/** Where the browser cannot draw it, the figure says so; the chart and its table stand below in any case. */
function begin(figure) {
  figure.dataset.ready = "";
  const drawn = figure.querySelector("[data-drawn]");
  drawn.hidden = false;
  try {
    new Walk(figure);
  } catch {
    drawn.hidden = true;
    figure.querySelector("[data-missing]").hidden = false;
  }
}

document.querySelectorAll("figure[data-terrain]:not([data-ready])").forEach(begin);
