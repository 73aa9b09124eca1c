import type { Attributes, SpanContext } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, TimedEvent } from '@opentelemetry/sdk-trace-node';

/**
 * What may leave this process about a span. Instrumentations know more (addresses and query strings of callers, host
 * headers, error messages with SQL, documents with their comments): whatever is not on this list stays here, also
 * what a later version of theirs adds.
 */
const KEPT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'coursetrack.operation',
  'coursetrack.request_id',
  'db.namespace',
  'db.query.text',
  'db.system.name',
  'graphql.operation.type',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'network.protocol.version',
  'url.scheme',
]);
/** Kept where they are a name or a code, and not a sentence. */
const KEPT_NAMES: ReadonlySet<string> = new Set(['error.type', 'exception.type']);
const NAME = /^[\w.]{1,64}$/;
/** A statement that writes a thousand rows is long, and says nothing new after its beginning. */
const MAX_TEXT_CHARACTERS = 2_000;

/** Told whether each export worked; undefined when it did. */
export type ExportObserver = (failure: Error | undefined) => void;

/** Hands on of every span only what is known to hold nothing of a caller or a learner. */
export function withoutPersonalData(exporter: SpanExporter, onExport: ExportObserver): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans.map(cleaned), (result: ExportResult) => {
        onExport(
          result.code === ExportResultCode.SUCCESS ? undefined : (result.error ?? new Error('not exported')),
        );
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

function cleaned(span: ReadableSpan): ReadableSpan {
  const context = withoutState(span.spanContext());
  return {
    name: nameOf(span),
    kind: span.kind,
    spanContext: () => context,
    ...(span.parentSpanContext === undefined
      ? {}
      : { parentSpanContext: withoutState(span.parentSpanContext) }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    // Its message is that of the error.
    status: { code: span.status.code },
    attributes: keptOf(span.attributes),
    events: span.events.filter(({ name }) => name === 'exception').map(cleanedEvent),
    links: [],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** The name of a GraphQL operation is the caller's; everything else that spans are called by is not. */
function nameOf({ name, attributes }: ReadableSpan): string {
  const type = attributes['graphql.operation.type'];
  return typeof type === 'string' ? type : name;
}

/** `tracestate` is a header of the caller. */
function withoutState({ traceId, spanId, traceFlags, isRemote }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags, ...(isRemote === undefined ? {} : { isRemote }) };
}

function cleanedEvent({ name, time, attributes }: TimedEvent): TimedEvent {
  return { name, time, attributes: keptOf(attributes ?? {}) };
}

function keptOf(attributes: Attributes): Attributes {
  const kept = Object.entries(attributes).filter(
    ([key, value]) => KEPT_ATTRIBUTES.has(key) || (KEPT_NAMES.has(key) && NAME.test(String(value))),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, MAX_TEXT_CHARACTERS) : value,
    ]),
  );
}
