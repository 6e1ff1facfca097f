// An authorization server that nobody here wrote, `oauth2-mock-server`, made strict where it is lenient: its tokens live
// for two seconds, a refresh token is good once, and one that was given back is good no more.
//
// node oauth_server.mjs PACKAGE PORT
import { pathToFileURL } from "node:url";

const [, , packaged, port] = process.argv;
const { OAuth2Server } = await import(pathToFileURL(packaged).href);

const LIFE = 2;
const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");

/** The refresh tokens that are good, and the access tokens with their ends. */
const refresh = new Set();
const access = new Map();
const counted = { renewals: 0, refused: 0, redeemed: 0, revoked: 0 };

// Two tokens of one second would be the same text.
let number = 0;
server.service.on("beforeTokenSigning", (token) => {
  token.payload.jti = String((number += 1));
});

server.service.on("beforeResponse", (response, request) => {
  if (request.body.grant_type === "refresh_token") {
    if (!refresh.delete(request.body.refresh_token)) {
      counted.refused += 1;
      response.statusCode = 400;
      response.body = { error: "invalid_grant", error_description: "it is spent" };
      return;
    }
    counted.renewals += 1;
  } else {
    counted.redeemed += 1;
  }
  response.body.expires_in = LIFE;
  refresh.add(response.body.refresh_token);
  access.set(response.body.access_token, Date.now() + LIFE * 1000);
});

server.service.on("beforeRevoke", () => {
  counted.revoked += 1;
});

const app = server.service.requestHandler;
app.get("/health", (_, answer) => answer.send("ready"));
app.get("/counted", (_, answer) => answer.json(counted));
app.get("/resource", (request, answer) => {
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  answer.status((access.get(token) ?? 0) > Date.now() ? 200 : 401).send("");
});

await server.start(Number(port), "127.0.0.1");
