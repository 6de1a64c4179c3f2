// The README's story, told with generated Swift clients; story.py says what.

import Foundation
import OpenChairCircle
import OpenChairDirectory
import OpenChairMember

struct NotSo: Error, CustomStringConvertible {
    let description: String
}

func check(_ holds: Bool, _ what: String) throws {
    if !holds { throw NotSo(description: "not so: \(what)") }
}

/// The problem that a call ends with, as the type that the client has for it.
@discardableResult
func refused(_ status: Int, _ code: String, _ call: () async throws -> Void) async throws -> OpenChairDirectory.Problem {
    let answered: Int
    let body: Data?
    do {
        try await call()
        throw NotSo(description: "not so: \(code) is answered")
    } catch OpenChairDirectory.ErrorResponse.error(let number, let data, _, _) {
        (answered, body) = (number, data)
    } catch OpenChairMember.ErrorResponse.error(let number, let data, _, _) {
        (answered, body) = (number, data)
    } catch OpenChairCircle.ErrorResponse.error(let number, let data, _, _) {
        (answered, body) = (number, data)
    }
    try check(answered == status, "\(status) is answered, not \(answered)")
    let problem = try JSONDecoder().decode(OpenChairDirectory.Problem.self, from: body ?? Data())
    try check(problem.code == code, "\(code) is said, not \(problem.code)")
    return problem
}

func find(_ host: String) async throws {
    let here = OpenChairDirectoryAPIConfiguration(basePath: host)
    let going: [Attendance] = [.inPerson, .hybrid]
    func near(cursor: String? = nil, fields: [MeetingField]? = nil) async throws -> MeetingPage {
        try await MeetingsAPI.searchMeetings(
            lat: 41.88, lng: -87.63, timeOfDay: [.evening], type: [.o], notType: [.w], attendance: going,
            sort: .distance, fields: fields, limit: 1, cursor: cursor, apiConfiguration: here)
    }
    let page = try await near()
    let found = page.data[0]
    try check(found.distanceM! > 0 && found.location?.name != nil, "it is at a place, so far away")
    try check(going.contains(Attendance(rawValue: found.attendance!)!), "one can go")
    try check(found.nextStart! < found.nextEnd!, "instants are instants")
    let after = try await near(cursor: page.nextCursor)
    try check(after.data[0].id != found.id && after.total == page.total, "the next page goes on")
    let few = try await near(fields: [.name, .nextStart]).data[0]
    try check(few.name == found.name && few.timezone == nil, "only what was asked for")

    let one = try await MeetingsAPI.getMeeting(id: found.id, apiConfiguration: here)
    try check(one.name == found.name && one.occurrences.count == 3, "one meeting, and its next dates")
    try check(one.occurrences[0].date.wrappedDate.timeIntervalSince1970 > 0, "dates are dates")
    let facets = try await MeetingsAPI.getMeetingFacets(
        lat: 41.88, lng: -87.63, timeOfDay: [.evening], type: [.o], notType: [.w], attendance: going,
        apiConfiguration: here)
    try check(facets.total == page.total, "as many are counted as are found")
    let around = try await MeetingsAPI.getMeetingClusters(zoom: 10, bbox: "-88.5,41.2,-87,42.4", apiConfiguration: here)
    try check(around.data.reduce(0) { $0 + $1.count } > 0, "they are on a map")

    var copy: [UUID: Meeting?] = [:]
    var changes = try await MeetingsAPI.listMeetingChanges(limit: 50, apiConfiguration: here)
    while true {
        for change in changes.data { copy[change.id] = change.meeting }
        if !changes.hasMore { break }
        changes = try await MeetingsAPI.listMeetingChanges(
            cursor: changes.nextCursor, limit: 2000, apiConfiguration: here)
    }
    try check(copy[found.id]??.name == found.name, "a copy has it as well")

    let problem = try await refused(400, "invalid_parameter") {
        _ = try await MeetingsAPI.searchMeetings(radiusM: 100, apiConfiguration: here)
    }
    try check(problem.errors?.first?.parameter == "radius_m", "the mistake is named")
    try await refused(404, "not_found") { _ = try await MeetingsAPI.getMeeting(id: UUID(), apiConfiguration: here) }
    let words = try await DirectoryAPI.getVocabulary(apiConfiguration: here)
    try check(words.attendance["online"]?["es"] == "En línea", "codes have names")
    let help = try await ServiceAPI.listHelpLines(country: "GB", apiConfiguration: here)
    try check(!help.data.isEmpty, "help is there")
}

func random(_ bytes: Int) -> Data {
    Data((0..<bytes).map { _ in UInt8.random(in: .min ... .max) })
}

/// As a device derives it from its recovery code; here it is drawn.
func key() -> String {
    random(32).base64EncodedString().replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
}

/// A phone: what it calls with which token.
struct Device {
    let authKey = AuthKeyInput(authKey: key())
    let passKey = key()
    let member: OpenChairMemberAPIConfiguration
    let circle: OpenChairCircleAPIConfiguration
    let vouchers: [String]
    let handle: String

    init(_ host: String) async throws {
        member = OpenChairMemberAPIConfiguration(basePath: host)
        circle = OpenChairCircleAPIConfiguration(basePath: host)
        let made = try await MemberSignInAPI.createMember(authKeyInput: authKey, apiConfiguration: member)
        member.customHeaders["Authorization"] = "Bearer \(made.accessToken)"
        (vouchers, handle) = (made.vouchers, made.handle)
    }

    func enter(_ joined: JoinedView) -> PassView {
        circle.customHeaders["Authorization"] = "Bearer \(joined.accessToken)"
        return joined.pass
    }
}

func keepCompany(_ host: String) async throws {
    let (ann, ben) = (try await Device(host), try await Device(host))
    try check(ann.vouchers.count == 2 && ann.handle != ben.handle, "an account knows nobody")
    let vault = random(4096)
    _ = try await MembersAPI.putMemberVault(body: vault, ifNoneMatch: "*", apiConfiguration: ann.member)
    let kept = try await MembersAPI.getMemberVault(apiConfiguration: ann.member)
    try check(kept == vault, "the vault comes back as it was")

    let start = CircleInput(adult: true, agreementVersion: 1, passKey: ann.passKey, voucher: ann.vouchers[0])
    let hers = ann.enter(try await CircleSignInAPI.createCircle(circleInput: start, apiConfiguration: ann.circle))
    let link = try await CirclesAPI.createCircleInvitation(apiConfiguration: ann.circle).link
    let invitation = String(link.split(separator: "#")[1])
    let checked = try await CircleSignInAPI.checkCircleInvitation(
        codeInput: CodeInput(code: invitation), apiConfiguration: ben.circle)
    try check(checked.taken == 1, "one seat is taken")
    let join = PassInput(adult: true, agreementVersion: 1, invitation: invitation, passKey: ben.passKey)
    let his = ben.enter(try await CircleSignInAPI.createPass(passInput: join, apiConfiguration: ben.circle))
    let circle = try await CirclesAPI.getOwnCircle(apiConfiguration: ann.circle)
    try check(Set(circle.passes.map(\.alias)) == [hers.alias, his.alias], "they know one another")

    let today = OpenChairCircle.OpenAPIDateWithoutTime(wrappedDate: Date(), timezone: .gmt)
    let day = CheckInInput(
        helped: ["called_someone"], kinds: [.craving, .victory], words: "It was hard at five, and I called somebody.")
    let made = try await CirclesAPI.putCheckIn(
        date: today, checkInInput: day, ifNoneMatch: "*", apiConfiguration: ann.circle)
    try check(made.support.href == "/v1/help-lines", "every answer says where help is")
    try await refused(412, "precondition_failed") {
        _ = try await CirclesAPI.putCheckIn(
            date: today, checkInInput: CheckInInput(kinds: [.gratitude]), ifNoneMatch: "*",
            apiConfiguration: ann.circle)
    }
    _ = try await CirclesAPI.putCheckInAnswer(
        checkInId: made.id, n: 1, answerInput: AnswerInput(reaction: .beenThere, words: "Glad you called."),
        apiConfiguration: ben.circle)
    let week = try await CirclesAPI.getCircleWeek(date: today, apiConfiguration: ben.circle)
    let kinds = Set(week.checkIns[0].kinds.compactMap { CheckInKind(rawValue: $0) })
    try check(kinds == [.craving, .victory], "Ben reads what she wrote")
    try check(Reaction(rawValue: week.checkIns[0].answers[0].reaction!) == .beenThere, "and his answer is there")
    let asked = try await CirclesAPI.updateOwnPass(
        askingPatch: AskingPatch(about: .goal, askMeOn: 3), apiConfiguration: ann.circle)
    try check(asked.pass.askMeOn == 3, "she says when to be asked")

    for device in [ann, ben] {
        _ = try await CirclesAPI.deleteOwnPass(apiConfiguration: device.circle)
        try await MembersAPI.deleteMember(apiConfiguration: device.member)
    }
    try await refused(401, "sign_in_failed") {
        _ = try await MemberSignInAPI.createMemberToken(
            authKeyInput: ann.authKey, apiConfiguration: OpenChairMemberAPIConfiguration(basePath: host))
    }
}

do {
    try await find(CommandLine.arguments[1])
    try await keepCompany(CommandLine.arguments[1])
    print("clients: swift told the story")
} catch {
    print(error)
    exit(1)
}
