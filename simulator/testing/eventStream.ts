/** One server-sent event as it came in. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** An event stream that a test reads. */
export interface ReceivedStream {
  readonly status: number;
  readonly contentType: string | null;
  /** The events so far, in order. Live. */
  readonly events: readonly ReceivedEvent[];
  /** Resolves when the server has ended the stream, rejects when the connection is cut. */
  readonly ended: Promise<void>;
  /** Leaves. */
  cancel(): Promise<void>;
}

/** Opens a stream and reads it in the background, by the rules of the HTML standard as far as the simulator uses them. */
export async function openStream(url: string, headers: Record<string, string>): Promise<ReceivedStream> {
  const response = await fetch(url, { headers });
  const events: ReceivedEvent[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    let text = '';
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      const blocks = (text + part.value).split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks.map(parsed));
    }
  };
  const ended = read();
  // A test that looks only at the events must not fail by a connection that is cut afterwards.
  ended.catch(() => undefined);
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    events,
    ended,
    cancel: async () => await reader?.cancel(),
  };
}

function parsed(block: string): ReceivedEvent {
  const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
  return { event, data: JSON.parse(data) };
}
