using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.People;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// The way of every request: ids are parsed, the gate is asked, a refusal becomes an alert and one and the same
/// answer, and only then does the route go on. Whatever it then finds in storage that nobody of ours can have put there
/// is logged, alerted and answered here.
/// </summary>
internal sealed class FrontDoor(Gate gate, AccessPolicy policy, Snooping snooping, AlertDesk alerts, PromptDelivery delivery)
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
        var subject = new AuditSubject(operation.Word(), practiceId.ToString(), Record: recordId?.ToString() ?? "", TokenId: caller.TokenId);
        try
        {
            var answer = await gate.AskAsync(request, http.RequestAborted);
            if (answer is GateAnswer.Refused { Refusal: var refusal })
            {
                await ReportNeverAsync(request, refusal.Never, "refused");
                return await RefuseAsync(refusal);
            }

            var admission = ((GateAnswer.Admitted)answer).Admission;
            subject = admission.Subject;
            if (OperationWords.Adding.Contains(operation) && admission.ClientRow?.As<ClientFacts>().ClosingSince is not null)
            {
                return Problem.Closing();
            }

            await ReportNeverAsync(request, admission.Never, "allowed");
            var look = await snooping.JudgeAsync(admission, http.RequestAborted);
            foreach (var finding in look.Findings)
            {
                await TellOnceAsync(finding);
            }

            admission = admission with { Unexplained = look.Points };
            subject = admission.Subject;
            if (admission.Decision is Decision.AllowAndAlert { Rule: var rule })
            {
                await ReportExceptionAsync(admission, rule.Id);
            }

            return await inside(admission);
        }
        catch (Exception e) when (Fault(e) is not null)
        {
            await ReportBrokenAsync(subject, clientId, e);
            return e is KeyVaultException
                ? Problem.Of(
                    500, "key", "A key cannot be used",
                    "The key vault refused the key (disabled, deleted, or not one that ever was?). Nothing was released; security staff were told.")
                : Problem.Of(
                    500, "integrity", "What is stored cannot be trusted",
                    "It is not what was sealed or written there. Nothing was shown; security staff were told and will find out why.");
        }
    }

    /// <summary>
    /// For what may take another person than whose doing it is: goes on if the policy has it so, else it is a refusal
    /// like any other.
    /// </summary>
    /// <param name="own">What the caller wants to confirm, review or undo is their own doing, or is for themselves.</param>
    public Task<IResult> SecondAsync(Admission admission, bool own, Func<Task<IResult>> inside) =>
        own && policy.Decide(admission.Question with { OwnDoing = true }) is Decision.Refuse refuse
            ? RefuseAsync(Gate.Refuse(admission, refuse))
            : inside();

    /// <summary>Tells of something that security staff hear of whatever comes of it; stored when this returns.</summary>
    public async Task TellAsync(Finding finding) => delivery.Start(await alerts.ReportAsync(finding, CancellationToken.None));

    /// <summary>A search that finds few, oneself or family among them, looked for them: told before it is answered.</summary>
    public async Task SearchedAsync(Admission admission, IReadOnlyList<ClientId> found)
    {
        foreach (var finding in await snooping.JudgeSearchAsync(admission, found, CancellationToken.None))
        {
            await TellOnceAsync(finding);
        }
    }

    /// <summary>The same, unless today's alert has its evidence already.</summary>
    private async Task TellOnceAsync(Finding finding)
    {
        if (await alerts.ReportOnceAsync(finding, CancellationToken.None) is { } raised)
        {
            delivery.Start(raised);
        }
    }

    /// <summary>The caller may hang up now; the alert is stored all the same.</summary>
    private async Task<IResult> RefuseAsync(Refusal refusal)
    {
        delivery.Start(await alerts.ReportAsync(refusal, CancellationToken.None));
        return Problem.Of(
            403, "refused", "You may not do this",
            $"{Words(refusal.Decision.Because)} {refusal.Decision.Instead} The attempt was recorded and security staff were told.",
            refusal.Entry.ToString());
    }

    /// <summary>Stored before anything is shown, and whether or not the caller still listens.</summary>
    private Task ReportExceptionAsync(Admission admission, string rule)
    {
        var request = admission.Request;
        var detection = request.Operation switch
        {
            Operation.BreakGlass => PeopleDetections.BreakGlass,
            Operation.Disclose => PeopleDetections.Disclosure,
            _ => PeopleDetections.ByException,
        };
        return TellAsync(detection.Found(
            request.Practice.ToString(), request.Caller.Id.ToString(), request.Client?.ToString(), request.Record?.ToString(),
            $"{request.Operation.Word()} allowed by the exception {rule}"));
    }

    /// <summary>The client's word: told whatever comes of the attempt.</summary>
    private async Task ReportNeverAsync(AccessRequest request, bool never, string outcome)
    {
        if (never)
        {
            await TellAsync(PeopleDetections.Never.Found(
                request.Practice.ToString(), request.Caller.Id.ToString(), request.Client?.ToString(), request.Record?.ToString(),
                $"{request.Operation.Word()} {outcome}, of a client who never wants this person to see their file."));
        }
    }

    /// <summary>Tells the log and security staff that stored bytes did not open.</summary>
    public async Task ReportBrokenAsync(AuditSubject subject, ClientId? client, Exception e) => delivery.Start(
        await alerts.ReportIntegrityAsync(subject, client?.ToString(), Fault(e)!, CancellationToken.None));

    /// <summary>
    /// What somebody who writes into storage or disables a key can bring about; null for everything else. A slip that
    /// names a version which the vault never had, or no longer uses, cannot be told from a vault that lost it.
    /// </summary>
    private static string? Fault(Exception e) => e switch
    {
        EnvelopeException envelope => envelope.Fault.ToString(),
        InvalidDataException => "UnreadableRow",
        KeyVaultException { Fault: not KeyVaultFault.Unavailable and var fault } => $"Key{fault}",
        _ => null,
    };

    private static string Words(RefusalReason because) => because switch
    {
        RefusalReason.NotOfThisPractice => "You are not of this practice, or there is no such practice.",
        RefusalReason.Suspended => "This account is suspended.",
        RefusalReason.Role => "None of your roles covers this.",
        RefusalReason.NoRelationship => "You have no relationship to this client, or there is no such client.",
        RefusalReason.RecordClass => "Your relationship to this client does not cover records of this class.",
        RefusalReason.Purpose => "Not for this purpose of use.",
        RefusalReason.Forbidden => "A rule of the practice's policy forbids it.",
        RefusalReason.SecondPerson => "It takes a second person: this is your own doing.",
        _ => throw new ArgumentOutOfRangeException(nameof(because)),
    };
}
