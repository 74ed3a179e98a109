# One image for every process of Gigtrail; docker-compose.yml says which one a container runs.

FROM oven/bun:1.4.5-slim AS dependencies
WORKDIR /gigtrail
COPY package.json bun.lock bunfig.toml ./
COPY packages packages
COPY services services
COPY gateway gateway
COPY clients clients
COPY tests tests
RUN bun install --frozen-lockfile --production

FROM oven/bun:1.4.5-slim
WORKDIR /gigtrail
ENV NODE_ENV=production
COPY --from=dependencies /gigtrail /gigtrail
COPY LICENSE README.md ./
# For who keeps blobs in a folder (BLOB_FOLDER) instead of S3: a volume here belongs to the user that services run as.
RUN mkdir -p /var/lib/gigtrail && chown bun:bun /var/lib/gigtrail
USER bun
EXPOSE 8080 9090 9091
CMD ["bun", "gateway/main.ts"]
