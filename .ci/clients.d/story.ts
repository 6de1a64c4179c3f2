// The README's story, told with generated TypeScript clients; story.py says what.
import { createHmac, randomBytes, randomUUID } from "node:crypto";

import * as circles from "./circle/index.js";
import * as members from "./member/index.js";
import * as directory from "./public/index.js";

function check(holds: unknown, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

/** The problem that a call ends with, as the type that the client has for it. */
async function refused(status: number, code: string, call: () => Promise<unknown>): Promise<directory.Problem> {
  try {
    await call();
  } catch (error) {
    // Each client has a class of that name.
    if (!(error instanceof Error) || error.name !== "ResponseError") throw error;
    const { response } = error as directory.ResponseError;
    check(response.status === status, `${status} is answered, not ${response.status}`);
    const problem = directory.ProblemFromJSON(await response.json());
    check(problem.code === code, `${code} is said, not ${problem.code}`);
    return problem;
  }
  throw new Error(`not so: ${code} is answered`);
}

async function find(basePath: string): Promise<void> {
  const { Attendance, MeetingField, MeetingSort, TimeOfDay, TypeCode } = directory;
  const configuration = new directory.Configuration({ basePath });
  const meetings = new directory.MeetingsApi(configuration);
  const filters = {
    lat: 41.88, lng: -87.63, type: [TypeCode.O], notType: [TypeCode.W], timeOfDay: [TimeOfDay.Evening],
    attendance: [Attendance.InPerson, Attendance.Hybrid],
  };
  const near = { ...filters, sort: MeetingSort.Distance, limit: 1 };
  const page = await meetings.searchMeetings(near);
  const found = page.data[0]!;
  check(found.distanceM! > 0 && found.location?.name, "it is at a place, so far away");
  check(found.attendance === Attendance.InPerson || found.attendance === Attendance.Hybrid, "one can go");
  check(found.nextStart instanceof Date && found.nextStart < found.nextEnd!, "instants are instants");
  const after = await meetings.searchMeetings({ ...near, cursor: page.nextCursor });
  check(after.data[0]!.id !== found.id && after.total === page.total, "the next page goes on");
  const few = (await meetings.searchMeetings({ ...near, fields: [MeetingField.Name, MeetingField.NextStart] })).data[0]!;
  check(few.name === found.name && few.timezone === undefined, "only what was asked for");

  const one = await meetings.getMeeting({ id: found.id });
  check(one.name === found.name && one.occurrences.length === 3, "one meeting, and its next dates");
  check(one.occurrences[0]!.date instanceof Date, "dates are dates");
  const facets = await meetings.getMeetingFacets(filters);
  check(facets.total === page.total, "as many are counted as are found");
  const around = await meetings.getMeetingClusters({ zoom: 10, bbox: "-88.5,41.2,-87,42.4" });
  check(around.data.reduce((sum, cluster) => sum + cluster.count, 0) > 0, "they are on a map");

  const copy = new Map<string, directory.Meeting | undefined>();
  let changes = await meetings.listMeetingChanges({ limit: 50 });
  for (;;) {
    for (const change of changes.data) copy.set(change.id, change.meeting);
    if (!changes.hasMore) break;
    changes = await meetings.listMeetingChanges({ cursor: changes.nextCursor, limit: 2000 });
  }
  check(copy.get(found.id)?.name === found.name, "a copy has it as well");

  const problem = await refused(400, "invalid_parameter", () => meetings.searchMeetings({ radiusM: 100 }));
  check(problem.errors?.[0]?.parameter === "radius_m", "the mistake is named");
  await refused(404, "not_found", () => meetings.getMeeting({ id: randomUUID() }));
  const words = await new directory.DirectoryApi(configuration).getVocabulary();
  check(words.attendance["online"]?.["es"] === "En línea", "codes have names");
  const help = await new directory.ServiceApi(configuration).listHelpLines({ country: "GB" });
  check(help.data.length > 0, "help is there");
}

function derive(code: Buffer, info: string): string {
  const extracted = createHmac("sha256", Buffer.alloc(32)).update(code).digest();
  return createHmac("sha256", extracted).update(`${info}\u0001`).digest("base64url");
}

/** A phone: what it calls with which token. */
class Device {
  readonly code = randomBytes(16);
  readonly passKey = derive(this.code, "openchair/pass/1");
  readonly authKeyInput = { authKey: derive(this.code, "openchair/auth") };
  readonly signIn: members.MemberSignInApi;
  readonly circleSignIn: circles.CircleSignInApi;
  member!: members.MembersApi;
  circle!: circles.CirclesApi;
  vouchers: string[] = [];

  constructor(private readonly basePath: string) {
    this.signIn = new members.MemberSignInApi(new members.Configuration({ basePath }));
    this.circleSignIn = new circles.CircleSignInApi(new circles.Configuration({ basePath }));
  }

  async signUp(): Promise<string> {
    const made = await this.signIn.createMember({ authKeyInput: this.authKeyInput });
    const { accessToken, vouchers, handle } = made;
    this.member = new members.MembersApi(new members.Configuration({ basePath: this.basePath, accessToken }));
    this.vouchers = vouchers;
    return handle;
  }

  enter({ accessToken, pass }: circles.JoinedView): circles.PassView {
    this.circle = new circles.CirclesApi(new circles.Configuration({ basePath: this.basePath, accessToken }));
    return pass;
  }
}

async function keepCompany(basePath: string): Promise<void> {
  const { CheckInKind, Reaction, AskAbout } = circles;
  const [ann, ben] = [new Device(basePath), new Device(basePath)];
  check((await ann.signUp()) !== (await ben.signUp()) && ann.vouchers.length === 2, "an account knows nobody");
  const vault = randomBytes(4096);
  await ann.member.putMemberVault({ body: new Blob([vault]), ifNoneMatch: "*" });
  const kept = Buffer.from(await (await ann.member.getMemberVault()).arrayBuffer());
  check(kept.equals(vault), "the vault comes back as it was");

  const terms = { agreementVersion: 1, adult: true };
  const circleInput = { voucher: ann.vouchers[0]!, passKey: ann.passKey, ...terms };
  const hers = ann.enter(await ann.circleSignIn.createCircle({ circleInput }));
  const invitation = (await ann.circle.createCircleInvitation()).link.split("#")[1]!;
  const checked = await ben.circleSignIn.checkCircleInvitation({ codeInput: { code: invitation } });
  check(checked.taken === 1, "one seat is taken");
  const passInput = { invitation, passKey: ben.passKey, ...terms };
  const his = ben.enter(await ben.circleSignIn.createPass({ passInput }));
  const aliases = (await ann.circle.getOwnCircle()).passes.map(({ alias }) => alias);
  check(aliases.length === 2 && aliases.includes(hers.alias) && aliases.includes(his.alias), "they know one another");

  const date = new Date();
  const checkInInput = {
    kinds: [CheckInKind.Craving, CheckInKind.Victory], helped: ["called_someone"],
    words: "It was hard at five, and I called somebody.",
  };
  const made = await ann.circle.putCheckIn({ date, checkInInput, ifNoneMatch: "*" });
  check(made.support.href === "/v1/help-lines", "every answer says where help is");
  const other = { date, checkInInput: { kinds: [CheckInKind.Gratitude] }, ifNoneMatch: "*" };
  await refused(412, "precondition_failed", () => ann.circle.putCheckIn(other));
  const answerInput = { words: "Glad you called.", reaction: Reaction.BeenThere };
  await ben.circle.putCheckInAnswer({ checkInId: made.id, n: 1, answerInput });
  const week = await ben.circle.getCircleWeek({ date });
  check(week.checkIns[0]!.words === checkInInput.words, "Ben reads what she wrote");
  check(week.checkIns[0]!.answers[0]!.reaction === Reaction.BeenThere, "and his answer is there");
  const asked = await ann.circle.updateOwnPass({ askingPatch: { askMeOn: 3, about: AskAbout.Goal } });
  check(asked.pass.askMeOn === 3, "she says when to be asked");
  const back = await ann.circle.updateOwnPass({ askingPatch: { askMeOn: null, about: null } });
  check(back.pass.askMeOn === undefined, "and takes it back: null is sent where it is set");

  for (const device of [ann, ben]) {
    await device.circle.deleteOwnPass();
    await device.member.deleteMember();
  }
  await refused(401, "sign_in_failed", () => ann.signIn.createMemberToken({ authKeyInput: ann.authKeyInput }));
}

const host = process.argv[2]!;
await find(host);
await keepCompany(host);
console.log("clients: typescript told the story");
