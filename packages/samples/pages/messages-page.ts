import { ROOMS, type SampleRoom } from "../catalogue/rooms.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** The list of conversations, with one of them open or none. */
export function messagesPage(open: SampleRoom | undefined): string {
  const main = html`<h1 class="sr-only">Messages</h1>
    <div class="rooms">
      <aside class="rooms-panel">
        <div class="rooms-panel-room-list">
          <div class="rooms-panel__list-wrapper">
            ${ROOMS.map((one) => html`<a href="/ab/messages/rooms/${one.id}?sidebar=true"><strong>${one.name}</strong><span class="room-preview">${one.stories.at(-1)?.text}</span></a>`)}
          </div>
        </div>
      </aside>
      ${open ? conversation(open) : html`<p>Choose a conversation.</p>`}
    </div>`;
  return layout({ title: "Messages", main });
}

function conversation({ name, stories }: SampleRoom): Html {
  return html`<div class="desktop-room-layout">
    <header class="room-header">
      <h2>${name}</h2>
      <div class="up-d-room-header-actions">
        <button class="air3-btn" data-ev-label="wm_view_contract_action">View contract</button>
      </div>
    </header>
    <div class="room-body">
      <div id="story-viewport">
        ${stories.map(
          ({ from, time, text }) =>
            html`<div class="story">
              <div class="story-inner">
                <strong>${from === "you" ? "You" : name.split(",")[0]}</strong> <time>${time}</time>
                <p>${text}</p>
              </div>
            </div>`,
        )}
      </div>
    </div>
    <div class="up-d-composer composer-container">
      <div class="input-area" data-test="message-form-editor">
        <div contenteditable="true" role="textbox" aria-label="Send a message"></div>
      </div>
      <div class="up-d-composer-actions">
        <button class="air3-btn air3-btn-primary" data-test="send-message-button">Send</button>
      </div>
    </div>
  </div>`;
}
