// The README's story, told with generated Kotlin clients; story.py says what.

import java.security.MessageDigest
import java.security.SecureRandom
import java.time.LocalDate
import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.util.Base64
import java.util.UUID
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.system.exitProcess
import org.example.openchair.circle.apis.CircleSignInApi
import org.example.openchair.circle.apis.CirclesApi
import org.example.openchair.circle.models.AnswerInput
import org.example.openchair.circle.models.AskAbout
import org.example.openchair.circle.models.AskingPatch
import org.example.openchair.circle.models.CheckInInput
import org.example.openchair.circle.models.CheckInKind
import org.example.openchair.circle.models.CircleInput
import org.example.openchair.circle.models.CodeInput
import org.example.openchair.circle.models.JoinedView
import org.example.openchair.circle.models.PassInput
import org.example.openchair.circle.models.PassView
import org.example.openchair.circle.models.Reaction
import org.example.openchair.directory.apis.DirectoryApi
import org.example.openchair.directory.apis.MeetingsApi
import org.example.openchair.directory.apis.ServiceApi
import org.example.openchair.directory.models.Attendance
import org.example.openchair.directory.models.Meeting
import org.example.openchair.directory.models.MeetingField
import org.example.openchair.directory.models.MeetingSort
import org.example.openchair.directory.models.Problem
import org.example.openchair.directory.models.TimeOfDay
import org.example.openchair.directory.models.TypeCode
import org.example.openchair.member.apis.MemberSignInApi
import org.example.openchair.member.apis.MembersApi
import org.example.openchair.member.models.AuthKeyInput
import org.example.openchair.circle.infrastructure.ClientError as CircleError
import org.example.openchair.circle.infrastructure.ClientException as CircleException
import org.example.openchair.circle.infrastructure.Serializer as CircleSerializer
import org.example.openchair.directory.infrastructure.ClientError as DirectoryError
import org.example.openchair.directory.infrastructure.ClientException as DirectoryException
import org.example.openchair.directory.infrastructure.Serializer as DirectorySerializer
import org.example.openchair.member.infrastructure.ClientError as MemberError
import org.example.openchair.member.infrastructure.ClientException as MemberException
import org.example.openchair.member.infrastructure.Serializer as MemberSerializer

fun check(holds: Boolean, what: String) {
    if (!holds) throw IllegalStateException("not so: $what")
}

/** The problem that a call ends with, as the type that the client has for it. */
fun refused(status: Int, code: String, call: () -> Unit): Problem {
    val (answered, body) = try {
        call()
        throw IllegalStateException("not so: $code is answered")
    } catch (error: DirectoryException) {
        error.statusCode to (error.response as DirectoryError<*>).body
    } catch (error: MemberException) {
        error.statusCode to (error.response as MemberError<*>).body
    } catch (error: CircleException) {
        error.statusCode to (error.response as CircleError<*>).body
    }
    check(answered == status, "$status is answered, not $answered")
    val problem = DirectorySerializer.kotlinxSerializationJson.decodeFromString<Problem>(body.toString())
    check(problem.code == code, "$code is said, not ${problem.code}")
    return problem
}

fun find(host: String) {
    val meetings = MeetingsApi(host)
    fun near(cursor: String? = null, fields: List<MeetingField>? = null) = meetings.searchMeetings(
        lat = 41.88, lng = -87.63, type = listOf(TypeCode.O), notType = listOf(TypeCode.W),
        timeOfDay = listOf(TimeOfDay.EVENING), attendance = listOf(Attendance.IN_PERSON, Attendance.HYBRID),
        sort = MeetingSort.DISTANCE, limit = 1, cursor = cursor, fields = fields,
    )
    val page = near()
    val found = page.data[0]
    check(found.distanceM!! > 0 && !found.location?.name.isNullOrEmpty(), "it is at a place, so far away")
    check(Attendance.decode(found.attendance) in listOf(Attendance.IN_PERSON, Attendance.HYBRID), "one can go")
    check(found.nextStart!! < found.nextEnd!!, "instants are instants")
    val after = near(cursor = page.nextCursor)
    check(after.data[0].id != found.id && after.total == page.total, "the next page goes on")
    val few = near(fields = listOf(MeetingField.NAME, MeetingField.NEXT_START)).data[0]
    check(few.name == found.name && few.timezone == null, "only what was asked for")

    val one = meetings.getMeeting(UUID.fromString(found.id.toString()))
    check(one.name == found.name && one.occurrences.size == 3, "one meeting, and its next dates")
    check(one.occurrences[0].date >= LocalDate.of(2020, 1, 1), "dates are dates")
    val facets = meetings.getMeetingFacets(
        lat = 41.88, lng = -87.63, type = listOf(TypeCode.O), notType = listOf(TypeCode.W),
        timeOfDay = listOf(TimeOfDay.EVENING), attendance = listOf(Attendance.IN_PERSON, Attendance.HYBRID),
    )
    check(facets.total == page.total, "as many are counted as are found")
    val around = meetings.getMeetingClusters(zoom = 10, bbox = "-88.5,41.2,-87,42.4")
    check(around.data.sumOf { it.count } > 0, "they are on a map")

    val copy = mutableMapOf<UUID, Meeting?>()
    var changes = meetings.listMeetingChanges(limit = 50)
    while (true) {
        changes.data.forEach { copy[it.id] = it.meeting }
        if (!changes.hasMore) break
        changes = meetings.listMeetingChanges(cursor = changes.nextCursor, limit = 2000)
    }
    check(copy[found.id]?.name == found.name, "a copy has it as well")

    val problem = refused(400, "invalid_parameter") { meetings.searchMeetings(radiusM = 100) }
    check(problem.errors!![0].parameter == "radius_m", "the mistake is named")
    refused(404, "not_found") { meetings.getMeeting(UUID.randomUUID()) }
    check(DirectoryApi(host).getVocabulary().attendance["online"]?.get("es") == "En línea", "codes have names")
    check(ServiceApi(host).listHelpLines(country = "GB").data.isNotEmpty(), "help is there")
}

fun hmac(key: ByteArray, text: ByteArray): ByteArray =
    Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(key, "HmacSHA256")) }.doFinal(text)

fun derive(code: ByteArray, info: String): String {
    val expanded = hmac(hmac(ByteArray(32), code), info.toByteArray() + byteArrayOf(1))
    return Base64.getUrlEncoder().withoutPadding().encodeToString(expanded)
}

fun random(bytes: Int) = ByteArray(bytes).also { SecureRandom().nextBytes(it) }

/** A phone: what it calls with which token. */
class Device(private val host: String) {
    private val code = random(16)
    val key = AuthKeyInput(derive(code, "openchair/auth"))
    val passKey = derive(code, "openchair/pass/1")
    val signIn = MemberSignInApi(host)
    val circleSignIn = CircleSignInApi(host)
    val member = MembersApi(host)
    val circle = CirclesApi(host)
    val vouchers: List<String>
    val handle: String

    init {
        val made = signIn.createMember(key)
        member.accessTokenProvider = { made.accessToken }
        vouchers = made.vouchers
        handle = made.handle
    }

    fun enter(joined: JoinedView): PassView {
        circle.accessTokenProvider = { joined.accessToken }
        return joined.pass
    }
}

fun keepCompany(host: String) {
    val ann = Device(host)
    val ben = Device(host)
    check(ann.vouchers.size == 2 && ann.handle != ben.handle, "an account knows nobody")
    val vault = random(4096)
    ann.member.putMemberVault(vault, ifNoneMatch = "*")
    check(MessageDigest.isEqual(ann.member.getMemberVault(), vault), "the vault comes back as it was")

    val hers = ann.enter(ann.circleSignIn.createCircle(
        CircleInput(adult = true, agreementVersion = 1, passKey = ann.passKey, voucher = ann.vouchers[0]),
    ))
    val invitation = ann.circle.createCircleInvitation().link.substringAfter('#')
    check(ben.circleSignIn.checkCircleInvitation(CodeInput(invitation)).taken == 1L, "one seat is taken")
    val his = ben.enter(ben.circleSignIn.createPass(
        PassInput(adult = true, agreementVersion = 1, invitation = invitation, passKey = ben.passKey),
    ))
    val aliases = ann.circle.getOwnCircle().passes.map { it.alias }.toSet()
    check(aliases == setOf(hers.alias, his.alias), "they know one another")

    val today = OffsetDateTime.now(ZoneOffset.UTC).toLocalDate()
    val day = CheckInInput(
        kinds = listOf(CheckInKind.CRAVING, CheckInKind.VICTORY),
        words = "It was hard at five, and I called somebody.", helped = listOf("called_someone"),
    )
    val made = ann.circle.putCheckIn(today, day, ifNoneMatch = "*")
    check(made.support.href == "/v1/help-lines", "every answer says where help is")
    val other = CheckInInput(kinds = listOf(CheckInKind.GRATITUDE))
    refused(412, "precondition_failed") { ann.circle.putCheckIn(today, other, ifNoneMatch = "*") }
    ben.circle.putCheckInAnswer(made.id, 1, AnswerInput(words = "Glad you called.", reaction = Reaction.BEEN_THERE))
    val week = ben.circle.getCircleWeek(today)
    check(week.checkIns[0].kinds.map { CheckInKind.decode(it) }.toSet() == day.kinds.toSet(), "Ben reads what she wrote")
    check(Reaction.decode(week.checkIns[0].answers[0].reaction) == Reaction.BEEN_THERE, "and his answer is there")
    val asked = ann.circle.updateOwnPass(AskingPatch(askMeOn = 3, about = AskAbout.GOAL))
    check(asked.pass.askMeOn == 3, "she says when to be asked")

    for (device in listOf(ann, ben)) {
        device.circle.deleteOwnPass()
        device.member.deleteMember()
    }
    refused(401, "sign_in_failed") { ann.signIn.createMemberToken(ann.key) }
}

fun main(arguments: Array<String>) {
    // What is not said is left out: null takes something away, or is refused.
    DirectorySerializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false }
    MemberSerializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false }
    CircleSerializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false }
    find(arguments[0])
    keepCompany(arguments[0])
    println("clients: kotlin told the story")
    // OkHttp's idle threads would keep the process for a minute.
    exitProcess(0)
}
