FROM node:24.22.3-bookworm-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where its prebuilt file cannot be fetched.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY src src
COPY examples examples
RUN npm run build && npm prune --omit=dev

FROM node:24.22.3-bookworm-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY schema schema
# Where the embedded database goes when DATABASE_URL is not set.
RUN mkdir data && chown node:node data
USER node
# Inside a container 127.0.0.1 is reachable from nowhere else.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 METRICS_PORT=9464
# Whoever balances load sees within this time that the server is to stop, and sends no more.
ENV DRAIN_DELAY=5
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
