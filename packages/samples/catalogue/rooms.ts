/** A conversation; invented. */
export interface SampleRoom {
  /** `room_` and 32 hex digits. */
  id: string;
  /** Name and subject, as the list shows them. */
  name: string;
  stories: readonly { from: "client" | "you"; time: string; text: string }[];
}

/** Conversations of the sample freelancer, the latest first. */
export const ROOMS: readonly SampleRoom[] = [
  {
    id: "room_5d1f0c7a9be24c3f8a60d2e41b7c9f03",
    name: "Ingrid H., React dashboard for a small harbour",
    stories: [
      {
        from: "client",
        time: "6:40 AM",
        text: "Thank you for the proposal. Could you draw forty berths on a phone as well?",
      },
      { from: "client", time: "6:41 AM", text: "We could talk on Friday." },
    ],
  },
  {
    id: "room_0a4e8b2f6c1d4e7f93b5a8d7c6e5f410",
    name: "Teun V., TypeScript types for a museum's object API",
    stories: [
      { from: "you", time: "Monday", text: "The client with retries is in the repository." },
      { from: "client", time: "Tuesday", text: "It works with all nine shapes. Well done!" },
    ],
  },
];
