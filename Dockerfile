# syntax=docker/dockerfile:1
# docker build -t cardhook .                    CPU
# docker build -t cardhook:cuda --target cuda . NVIDIA, CUDA 12

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The demo's FHIR server is a development dependency, the Node for machines without one an optional one: neither belongs here.
# onnxruntime-node ships the binaries of every platform; keep this one's.
RUN npm ci --omit=dev --omit=optional \
 && npm cache clean --force \
 && cd node_modules/onnxruntime-node/bin/napi-v6 \
 && rm -rf win32 darwin \
 && if [ "$(uname -m)" = x86_64 ]; then rm -rf linux/arm64; else rm -rf linux/x64; fi

FROM node:24-bookworm-slim AS cpu
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE NOTICE ./
COPY cds-hooks ./cds-hooks
COPY mappings ./mappings
COPY src ./src
# Pages that the service shows.
COPY docs/intended-use.md ./docs/
COPY docs/model-cards ./docs/model-cards
# Mount model folders here; see docs/models.md. Host and port stand in CMD, whatever the configuration says.
# The embedded database needs a volume at /app/cardhook-database; PostgreSQL (DATABASE_URL) needs none.
RUN mkdir models cardhook-database && chown node:node models cardhook-database
USER node
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/cardhook.js"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--config", "/etc/cardhook/config.json"]

FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04 AS cuda
WORKDIR /app
# Full float32 precision, as the comparison with the CPU at start asks for.
ENV NODE_ENV=production NVIDIA_TF32_OVERRIDE=0
COPY --from=cpu /usr/local/bin/node /usr/local/bin/node
COPY --from=cpu /app ./
# Downloads the CUDA 12 provider that the npm package leaves out.
RUN ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install \
 && useradd --uid 10001 cardhook && chown cardhook models cardhook-database
USER cardhook
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/cardhook.js"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--config", "/etc/cardhook/config.json"]

# The default target is the last stage.
FROM cpu
