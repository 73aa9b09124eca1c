/** A profile as V8's inspector writes it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** A function, and the microseconds in which it was at the top of the stack. */
export interface SelfTime {
  readonly frame: CallFrame;
  /** The frames that called it, the nearest first. */
  readonly callers: readonly CallFrame[];
  readonly microseconds: number;
}

export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const callersOf = (id: number): CallFrame[] => {
    const frames: CallFrame[] = [];
    for (let at = parents.get(id); at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  };
  const spent = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    // A delta is the time before its sample; it belongs to what ran then.
    const next = timeDeltas[index + 1] ?? 0;
    spent.set(id, (spent.get(id) ?? 0) + Math.max(0, next));
  }
  return [...spent].flatMap(([id, microseconds]) => {
    const frame = byId.get(id)?.callFrame;
    return frame === undefined ? [] : [{ frame, callers: callersOf(id), microseconds }];
  });
}
