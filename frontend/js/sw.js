// Keeps the dress of the pages and one page for a lost connection; never a page with amounts, never /v1.
// The server writes `self.SHELL` above: a version and the addresses to keep, all without anything personal.
const { version, addresses, offline } = self.SHELL;
const KEPT = `shell-${version}`;

// Asked for without cookies: what is kept belongs to nobody, even while somebody is signed in.
const nobody = (address) => new Request(address, { credentials: "omit" });
const fill = () => caches.open(KEPT).then((cache) => cache.addAll(addresses.map(nobody)));

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

// A push says a few reviewed words and opens one of our own pages; the same tag again replaces the first.
self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said) return;
  const { title, body, tag, lang, url } = said;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data?.url ?? "/me", self.location.origin);
  if (page.origin === self.location.origin) event.waitUntil(self.clients.openWindow(page.href));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname.startsWith("/sign-out")) {
    event.waitUntil(caches.delete(KEPT).then(fill));
    return;
  }
  if (request.method !== "GET") return;
  const own = address.pathname + address.search;
  if (addresses.includes(own) && own !== offline) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  } else if (request.mode === "navigate" && !address.pathname.startsWith("/v1")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(offline)) ?? Response.error()));
  }
});
