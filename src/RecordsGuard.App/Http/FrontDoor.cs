using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// The way of every request: ids are parsed, the gate is asked, a refusal becomes an alert and one and the same
/// answer, and only then does the route go on.
/// </summary>
internal sealed class FrontDoor(Gate gate, AlertDesk alerts, PromptDelivery delivery)
{
    public Task<IResult> EnterAsync(
        HttpContext http, Operation operation, string practice, string? client, string? record,
        Func<Admission, Task<IResult>> inside, string? purpose = null) =>
        PracticeId.TryParse(practice, out var id)
            ? EnterAsync(http, operation, id, client, record, inside, purpose)
            : Task.FromResult(Problem.BadRequest("malformed-id", "This is no practice id: 2 to 24 of a-z, 0-9 and hyphens."));

    public async Task<IResult> EnterAsync(
        HttpContext http, Operation operation, PracticeId practiceId, string? client, string? record,
        Func<Admission, Task<IResult>> inside, string? purpose = null)
    {
        if (http.Caller() is not { } caller)
        {
            return Problem.Of(401, "sign-in", "Sign in", "The token names no person of a tenant. Get one from Microsoft Entra ID.");
        }

        ClientId? clientId = null;
        if (client is not null)
        {
            if (!ClientId.TryParse(client, out var parsed))
            {
                return Problem.BadRequest("malformed-id", "This is no client id: c- and 32 hex digits, as the app gave it out.");
            }

            clientId = parsed;
        }

        RecordId? recordId = null;
        if (record is not null)
        {
            if (!RecordId.TryParse(record, out var parsed))
            {
                return Problem.BadRequest("malformed-id", "This is no record id: r- and 32 hex digits, as the app gave it out.");
            }

            recordId = parsed;
        }

        var request = new AccessRequest(caller, operation, practiceId, clientId, recordId, purpose);
        var answer = await gate.AskAsync(request, http.RequestAborted);
        if (answer is GateAnswer.Refused { Refusal: var refusal })
        {
            // The caller may hang up now; the alert is stored all the same.
            delivery.Start(await alerts.ReportAsync(refusal, CancellationToken.None));
            return Problem.Of(
                403, "refused", "You may not do this",
                $"{Words(refusal.Decision.Because)} {refusal.Decision.Instead} The attempt was recorded and security staff were told.",
                refusal.Entry.ToString());
        }

        return await inside(((GateAnswer.Admitted)answer).Admission);
    }

    /// <summary>Runs something that opens sealed bytes; if they do not open, that is logged, alerted and answered.</summary>
    public async Task<IResult> OpenAsync(Admission admission, Func<Task<IResult>> open)
    {
        try
        {
            return await open();
        }
        catch (EnvelopeException e)
        {
            await ReportBrokenAsync(admission, e);
            return Problem.Of(
                500, "integrity", "The record does not open",
                "What is stored is not what was sealed. Nothing was shown; security staff were told and will find out why.");
        }
    }

    public async Task ReportBrokenAsync(Admission admission, EnvelopeException e) => delivery.Start(
        await alerts.ReportIntegrityAsync(
            admission.Subject, admission.Request.Client?.ToString(), e.Fault.ToString(), CancellationToken.None));

    private static string Words(RefusalReason because) => because switch
    {
        RefusalReason.NotOfThisPractice => "You are not of this practice, or there is no such practice.",
        RefusalReason.Suspended => "This account is suspended.",
        RefusalReason.Role => "None of your roles covers this.",
        RefusalReason.NoRelationship => "You have no relationship to this client, or there is no such client.",
        RefusalReason.Purpose => "Not for this purpose of use.",
        _ => throw new ArgumentOutOfRangeException(nameof(because)),
    };
}
