import type { ServerResponse } from 'node:http';

/** A connection over which events go out one by one. */
export interface EventConnection {
  /** The caller has left, or the stream has been ended. */
  readonly closed: boolean;
  send(event: string, data: object): void;
  end(): void;
  /** Runs something once the connection is over, whoever ended it. */
  onClose(run: () => void): void;
}

/** The body of an answer that goes out as server-sent events. It begins when the answer is sent, if ever it is. */
export class EventStream {
  readonly begin: (connection: EventConnection) => void;

  constructor(begin: (connection: EventConnection) => void) {
    this.begin = begin;
  }
}

/** Writes events over an HTTP response. */
export function eventConnection(response: ServerResponse): EventConnection {
  return {
    get closed() {
      return response.destroyed || response.writableEnded;
    },
    send: (event, data) => void response.write(written(event, data)),
    end: () => void response.end(),
    onClose: (run) => void response.once('close', run),
  };
}

/** The same, but after the first event the connection is reset. */
export function cutConnection(response: ServerResponse): EventConnection {
  let sent = false;
  return {
    get closed() {
      return sent || response.destroyed;
    },
    send(event, data) {
      if (!sent) {
        sent = true;
        response.write(written(event, data), () => response.socket?.resetAndDestroy());
      }
    },
    end() {},
    onClose: (run) => void response.once('close', run),
  };
}

/** The form of the HTML standard: an event line, a data line, here with JSON, and an empty line. */
function written(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
