// Lets this browser be told of news: asks, subscribes, and hands the subscription to a plain form.
const form = document.querySelector("[data-push-key]");

/** The public key of the house as the browser wants it. */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

async function subscribe(button, word) {
  const { pushKey, denied, failed } = form.dataset;
  button.setAttribute("aria-busy", "true");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      word.textContent = denied;
      return;
    }
    const { pushManager } = await navigator.serviceWorker.ready;
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pushKey) });
    form.elements.subscription.value = JSON.stringify(made);
    form.elements.browser.value = navigator.userAgentData?.platform ?? navigator.platform;
    form.submit();
  } catch {
    word.textContent = failed;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

if (form) {
  const button = form.querySelector("button"), word = form.querySelector("[data-push-word]");
  if (!form.dataset.pushKey || !("serviceWorker" in navigator) || !("PushManager" in window)) {
    word.textContent = form.dataset.unable;
  } else {
    button.hidden = false;
    word.textContent = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      subscribe(button, word);
    });
  }
}
