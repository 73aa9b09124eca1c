import { setTimeout as delay } from 'node:timers/promises';
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { type ExportObserver, withoutPersonalData } from './without-personal-data';

/** How traces leave; where to, how many and under which name is read by the SDK from its standard variables. */
export type TraceExporter = 'http/protobuf' | 'http/json' | 'console';

export interface Tracing {
  /** What ties a log line to the span it is written in. */
  logFields(): Readonly<Record<string, string>>;
  /** From now on told when exporting begins to fail, and when it works again (undefined). */
  watch(observer: ExportObserver): void;
  /** Exports what is left, for three seconds at most. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 3_000;
const EXPORTERS: Readonly<Record<TraceExporter, () => SpanExporter>> = {
  'http/protobuf': () => new ProtobufExporter(),
  'http/json': () => new JsonExporter(),
  console: () => new ConsoleSpanExporter(),
};

/**
 * Starts to trace HTTP, Fastify, GraphQL and mysql2; modules loaded before it are not traced. There is no official
 * instrumentation of better-sqlite3. Spans leave in the background, and are dropped when nobody takes them.
 */
export function startTracing(exporter: TraceExporter, version: string): Tracing {
  let observer: ExportObserver = () => {};
  let isFailing = false;
  const onExport: ExportObserver = (failure) => {
    if ((failure !== undefined) === isFailing) return;
    isFailing = failure !== undefined;
    observer(failure);
  };

  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'coursetrack', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new RequestSpanProcessor(withoutPersonalData(EXPORTERS[exporter](), onExport))],
  });
  // Baggage would carry what callers put into it.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  registerInstrumentations({
    tracerProvider: provider,
    instrumentations: [
      new HttpInstrumentation({
        disableOutgoingRequestInstrumentation: true,
        ignoreIncomingRequestHook: ({ url = '' }) => isRoutine(url),
      }),
      new FastifyOtelInstrumentation({
        registerOnInitialization: true,
        instrumentHooks: false,
        instrumentHandler: false,
        recordExceptions: false,
        // Runs while the span of HTTP is the active one, which is what people search by.
        requestHook: (_span, { id }) => trace.getActiveSpan()?.setAttribute('coursetrack.request_id', id),
      }),
      // A span per field of 10,000 rows would be more work than the rows.
      new GraphQLInstrumentation({ ignoreResolveSpans: true }),
      // Statements with their values masked, instead of filled in.
      new MySQL2Instrumentation({ maskStatement: true }),
    ],
  });

  return {
    logFields,
    watch: (next) => {
      observer = next;
    },
    stop: () => Promise.race([provider.shutdown(), delay(STOP_LIMIT_MS, undefined, { ref: false })]),
  };
}

/** Drops what the server does by itself, such as looking for due notifications every second. */
class RequestSpanProcessor extends BatchSpanProcessor {
  override onEnd(span: ReadableSpan): void {
    if (span.kind === SpanKind.SERVER || span.parentSpanContext !== undefined) super.onEnd(span);
  }
}

/** Health checks, scrapes and files of the playground. */
function isRoutine(url: string): boolean {
  return /^\/(?:health\/|metrics|playground)/.test(url);
}

function logFields(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
