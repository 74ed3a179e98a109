/**
 * What the pages do by themselves, in the way of the site: a job opens in a slider over its list with an address of its
 * own, further results and data come by GraphQL, forms are sent without a load. Written for the samples.
 */
export const PAGE_SCRIPT = `(() => {
  const ask = (alias, body) => fetch("/api/graphql/v1?alias=" + alias,
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body || {}) }).then((r) => r.json());
  const part = (path) => fetch("/samples-part/" + path).then((r) => r.text());
  const cipherOf = (text) => (/~02\\d+/.exec(text) || [""])[0];
  let list = "";

  async function openSlider(cipher, link) {
    list = location.href;
    const base = location.pathname.replace(/\\/$/, "");
    history.pushState({ slider: cipher }, "", base + "/details/" + cipher + "?pageTitle=Job%20Details&_navType=slider");
    link.closest("article,section").classList.add("visited");
    const slider = document.createElement("div");
    slider.className = "air3-slider";
    slider.setAttribute("slidername", "job-details");
    document.body.append(slider);
    await ask("gql-query-get-auth-job-details-v2", { id: cipher });
    slider.innerHTML = await part("job/" + cipher);
    document.title = slider.querySelector("h4").textContent;
  }

  function closeSlider() {
    document.querySelector(".air3-slider")?.remove();
  }

  async function nextPage(link) {
    const page = Number(link.dataset.page);
    await ask("userJobSearch", { page });
    const query = new URLSearchParams(location.search);
    query.set("page", String(page));
    document.querySelector("[data-test=JobsList]").outerHTML = await part("search?" + query);
    history.pushState({}, "", location.pathname + "?" + query);
    window.scrollTo(0, 0);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a,button");
    if (!link) return;
    if (link.matches(".job-tile-title a")) { event.preventDefault(); openSlider(cipherOf(link.href), link); }
    else if (link.matches(".air3-slider-close")) { closeSlider(); history.pushState({}, "", list); }
    else if (link.matches("[data-ev-label=pagination_next_page]")) { event.preventDefault(); nextPage(link); }
    else if (link.matches("[data-ev-label=save]")) { link.setAttribute("aria-pressed", "true"); link.textContent = "Saved"; ask("saveJob"); }
    else if (link.id === "submit-proposal-button") { location.href = link.dataset.href; }
  });
  addEventListener("popstate", closeSlider);

  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    await ask("submitProposal", { cipher: cipherOf(location.pathname) });
    location.href = "/nx/proposals/";
  });

  const editor = document.querySelector("[data-test=message-form-editor] [contenteditable]");
  const send = () => {
    const text = editor.textContent.trim();
    if (!text) return;
    const story = document.createElement("div");
    story.className = "story";
    story.innerHTML = '<div class="story-inner"><strong>You</strong> <time></time><p></p></div>';
    story.querySelector("p").textContent = text;
    story.querySelector("time").textContent = new Date().toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
    document.querySelector("#story-viewport").append(story);
    editor.textContent = "";
  };
  editor?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
  });
  document.querySelector("[data-test=send-message-button]")?.addEventListener("click", send);
})();`;
