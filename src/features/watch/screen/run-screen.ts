/**
 * This room has the live screen: a pure state (model.ts), pure answers to keys (press.ts), pure lines (view.ts), and this loop,
 * which takes in looks, keys and sizes, and draws each new state.
 */
import type { SessionEvent } from "../../../domain/session-event.ts";
import type { Poll } from "../../../domain/diff-sessions.ts";
import type { Session } from "../../../domain/session.ts";
import { exitCodes, ForeseenError, type ExitCode } from "../../../errors.ts";
import type { Screen } from "../../../host/terminal/screen.ts";
import type { SortKey } from "../../sessions/text/sort.ts";
import { parseKeys } from "./keys.ts";
import { startPolling, type PollResult, type Poller } from "../events/poll.ts";
import { afterLook, firstState, type Mode, type State } from "./model.ts";
import type { OpenScreen, WatchMachine } from "../machine.ts";
import { press, type Order } from "./press.ts";
import { endOf, type Watch } from "../events/stream.ts";
import { pageOf, pictureOf, view, type ScreenStyle } from "./view.ts";
import { wrapLines } from "./wrap.ts";

export interface ScreenWatch extends Watch {
  look: Omit<ScreenStyle, "columns" | "rows">;
  sort: readonly SortKey[];
  fullCommand: boolean;
  openScreen: OpenScreen;
  /** Everything about a session, in lines. */
  describe: (session: Session) => Promise<readonly string[]>;
  /** Ends sessions after the questions that belong to it. @returns what became of them, in lines. */
  end: (sessions: readonly Session[], dialog: Dialog) => Promise<readonly string[]>;
  /** Freezes a session, or thaws it, likewise. */
  freeze: (session: Session, dialog: Dialog) => Promise<readonly string[]>;
}

/** Talks to whoever sits at the screen. */
export interface Dialog {
  /** @param lines - what has to be read before. */
  confirm: (lines: readonly string[], question: string) => Promise<boolean>;
  /** Does something that must come to an orderly end, and tells it of Ctrl-C and of signals. */
  interruptible: <T>(work: (interruption: AbortSignal) => Promise<T>) => Promise<T>;
}

/**
 * What the screen would show of one look, as text that stays; as many rows as there are.
 *
 * @throws FatalError, PermissionError
 */
export async function drawOnce(watch: ScreenWatch, columns: number): Promise<string> {
  const { first } = await startPolling({ ...watch, isOnlyOne: true, isUntilNone: false });
  const state = withNotice(firstState(first.look, watch.sort, watch.fullCommand), first);
  for (const event of first.events) watch.tell(event, state.host);
  return pictureOf(state, { ...watch.look, columns });
}

/** @throws FatalError, PermissionError when the first look fails; the terminal has not been touched then. */
export async function runScreen(watch: ScreenWatch, machine: WatchMachine): Promise<ExitCode> {
  const { first, looking } = await startPolling({ ...watch, isOnlyOne: false, isUntilNone: watch.extent.untilNone });
  const state = firstState(first.look, watch.sort, watch.fullCommand);
  const live = new LiveScreen(watch, machine, withNotice(state, first), first.look);
  const code = await live.run(first, looking).finally(() => {
    looking.stop();
    live.close();
  });
  if (code === exitCodes.nothingMatched) watch.timeIsUp(live.last);
  return code;
}

class LiveScreen {
  /** What was seen last. */
  last: Poll;
  readonly #watch: ScreenWatch;
  readonly #machine: WatchMachine;
  readonly #screen: Screen;
  readonly #closing = new AbortController();
  readonly #leaving: Promise<ExitCode>;
  #leave: (code: ExitCode) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  #state: State;
  #answer: (isYes: boolean) => void = () => undefined;
  #callOff: () => void = () => undefined;

  constructor(watch: ScreenWatch, machine: WatchMachine, state: State, last: Poll) {
    this.last = last;
    this.#watch = watch;
    this.#machine = machine;
    this.#state = state;
    this.#leaving = new Promise((resolve, reject) => {
      this.#leave = resolve;
      this.#fail = reject;
    });
    this.#screen = watch.openScreen({
      onInput: (text) => {
        this.#type(text);
      },
      onResize: () => {
        this.#draw();
      },
      onClosed: () => {
        this.#leave(exitCodes.done);
      },
    });
  }

  async run(first: PollResult, looking: Poller): Promise<ExitCode> {
    this.#draw();
    // Nobody who quits waits for a look that has begun.
    return Promise.race([this.#goOn(first, looking), this.#leaving]);
  }

  close(): void {
    this.#closing.abort();
    this.#screen.close();
  }

  async #goOn(first: PollResult, looking: Poller): Promise<ExitCode> {
    const { extent } = this.#watch;
    const { clock } = this.#machine;
    const deadline = clock.now() + (extent.waitMs ?? Number.POSITIVE_INFINITY);
    let looked = first;
    for (let count = 1; ; count += 1) {
      this.#tell(looked.events);
      const left = deadline - clock.now();
      const end = endOf(extent, count, looked.isNobodyThere, left);
      if (end !== undefined) return end;
      await clock.pause(Math.min(extent.intervalMs, left), this.#closing.signal);
      if (this.#isClosed()) return exitCodes.done;
      looked = await looking.next();
      if (this.#isClosed()) return exitCodes.done;
      this.last = looked.look ?? this.last;
      this.#become(afterEvents(this.#state, looked));
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #tell(events: readonly SessionEvent[]): void {
    for (const event of events) this.#watch.tell(event, this.#state.host);
  }

  #type(text: string): void {
    for (const key of parseKeys(text)) {
      const { state, order } = press(this.#state, key, pageOf({ rows: this.#screen.rows() }));
      this.#state = state;
      if (order !== undefined) this.#obey(order);
    }
    this.#draw();
  }

  #obey(order: Order): void {
    switch (order.kind) {
      case "quit":
        this.#leave(exitCodes.done);
        break;
      case "suspend":
        this.#screen.suspend();
        break;
      case "redraw":
        this.#screen.clear();
        break;
      case "answer":
        this.#answer(order.isYes);
        break;
      case "callOff":
        this.#callOff();
        break;
      case "details":
        void this.#describe(order.session).catch(this.#fail);
        break;
      case "end":
        void this.#act(async (dialog) => this.#watch.end(order.sessions, dialog)).catch(this.#fail);
        break;
      case "freeze":
        void this.#act(async (dialog) => this.#watch.freeze(order.session, dialog)).catch(this.#fail);
        break;
    }
  }

  async #describe(session: Session): Promise<void> {
    this.#callOff = () => {
      this.#enter({ kind: "rows" });
    };
    const busy = this.#enter({ kind: "busy", text: "Reading the session…" });
    const lines = await this.#watch.describe(session).catch(linesOfError);
    if (this.#state.mode === busy) this.#read(`Session of PID ${String(session.pid)}`, lines);
  }

  async #act(deed: (dialog: Dialog) => Promise<readonly string[]>): Promise<void> {
    const calledOff = new AbortController();
    this.#callOff = () => {
      calledOff.abort();
    };
    this.#enter({ kind: "busy", text: "Preparing the plan…" });
    const lines = await deed({
      confirm: async (lines, question) => this.#ask(lines, question),
      interruptible: async (work) => this.#machine.holdSignals(this.#callOff, async () => work(calledOff.signal)),
    }).catch(linesOfError);
    this.#read("Result", lines);
  }

  async #ask(lines: readonly string[], question: string): Promise<boolean> {
    this.#read("Plan", lines, question);
    const isYes = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
    });
    this.#enter({ kind: "busy", text: isYes ? "Working…" : "" });
    return isYes;
  }

  #read(title: string, lines: readonly string[], question?: string): void {
    const wrapped = wrapLines(lines, this.#screen.columns());
    this.#enter({ kind: "text", title, lines: wrapped, top: 0, question });
  }

  #enter(mode: Mode): Mode {
    this.#become({ ...this.#state, mode });
    return mode;
  }

  #become(state: State): void {
    this.#state = state;
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed()) return;
    const size = { columns: this.#screen.columns(), rows: this.#screen.rows() };
    this.#screen.show(view(this.#state, { ...this.#watch.look, ...size }));
  }
}

/** A look that failed has shown nothing, but what it warns of counts. */
function afterEvents(state: State, { look, events }: PollResult): State {
  return look === undefined ? withNotice(state, { events }) : afterLook(state, look, events);
}

function withNotice(state: State, { events }: Pick<PollResult, "events">): State {
  const warning = events.findLast((event) => event.kind === "warning");
  return warning?.kind === "warning" ? { ...state, notice: warning.warning.message } : state;
}

function linesOfError(error: unknown): string[] {
  if (!(error instanceof ForeseenError)) throw error;
  return [error.message, error.remedy ?? []].flat();
}
