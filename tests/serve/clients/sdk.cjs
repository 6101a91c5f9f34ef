// Uses the vendor's SDK and the CloudEvents SDK against a server, and prints what came back as JSON.
// node sdk.cjs FOLDER-OF-MODULES ADDRESS CLIENT-ID CLIENT-SECRET MARK
const [folder, environmentUrl, clientId, secret, mark] = process.argv.slice(2);
const load = name => require(require.resolve(name, {paths: [folder]}));
const {_OAuthHttpClient} = load("@dynatrace-sdk/http-client");
const {QueryExecutionClient, QueryAssistanceClient} = load("@dynatrace-sdk/client-query");
const {BusinessEventsClient, EventsClient} = load("@dynatrace-sdk/client-classic-environment-v2");
const {CloudEvent, HTTP} = load("cloudevents");

async function main() {
  const scopes = ["storage:events:write", "storage:bizevents:read", "storage:events:read", "storage:buckets:read",
    "environment-api:events:read", "environment-api:events:write"];
  const http = new _OAuthHttpClient({clientId, secret, scopes, environmentUrl, authUrl: environmentUrl + "/sso/oauth2/token"});
  const business = new BusinessEventsClient(http), told = {};
  await business.ingest({body: {mark, n: 1}, type: "application/json; charset=utf-8"});
  await business.ingest({body: {specversion: "1.0", id: "1", source: "sdk", type: "t", data: {mark, n: 2}}, type: "application/cloudevent+json"});
  told.partial = await business.ingest({body: [{specversion: "1.0", id: "2", source: "sdk", data: {mark}}], type: "application/cloudevent-batch+json"})
    .then(() => "accepted", problem => problem.body?.errors ?? String(problem));

  const token = (await http.requestToken()).accessToken, headers = {authorization: "Bearer " + token};
  const event = new CloudEvent({type: "t", source: "sdk", data: {mark, n: 3}});
  for (const message of [HTTP.binary(event), HTTP.structured(event)]) {
    const sent = await fetch(environmentUrl + "/api/v2/bizevents/ingest", {method: "POST", body: message.body, headers: {...message.headers, ...headers}});
    told[message.headers["content-type"]] = sent.status;
  }

  const queries = new QueryExecutionClient(http), query = `fetch bizevents | filter mark == "${mark}" | fields n | sort n`;
  const started = await queries.queryExecute({body: {query, requestTimeoutMilliseconds: 30000}});
  told.state = started.state;
  told.records = started.result.records;
  told.polled = (await queries.queryPoll({requestToken: started.requestToken})).result.records.length;
  told.cancelled = (await queries.queryCancel({requestToken: started.requestToken})).state;
  told.gone = await queries.queryPoll({requestToken: "none"}).then(() => "", problem => problem.name);
  told.wrong = await queries.queryExecute({body: {query: "fetch bizevents | limt 5"}})
    .then(() => "", problem => problem.body?.error?.details?.errorType ?? String(problem));
  const help = new QueryAssistanceClient(http);
  told.verified = (await help.queryVerify({body: {query}})).valid;
  told.parsed = (await help.queryParse({body: {query}})).type;
  told.suggested = (await help.queryAutocomplete({body: {query: "fe"}})).suggestions[0].suggestion.trim();

  const events = new EventsClient(http);
  told.reported = (await events.createEvent({body: {eventType: "CUSTOM_INFO", title: mark, entitySelector: "entityId(\"HOST-0000000000000001\")"}})).reportCount;
  const list = await events.getEvents({eventSelector: "eventType(\"CUSTOM_INFO\")", pageSize: 1000});
  const found = list.events.find(one => one.title === mark);
  told.listed = [list.totalCount >= 1, found?.status, (await events.getEvent({eventId: found.eventId})).title === mark];
  told.types = (await events.getEventTypes({pageSize: 2})).eventTypeInfos.length;
  console.log(JSON.stringify(told));
}

main().catch(problem => { console.error(problem); process.exit(1); });
