using System.CommandLine;
using System.Text.Json;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard policy explain</c>: what a policy says to one question, and why. Exit code 0 whatever the decision is;
/// 2 if a word of the question is unknown.
/// </summary>
internal static class PolicyExplainCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = PolicyWords.RoleNames, Required = true };
        var relationship = new Option<string>("--relationship")
        {
            Description = PolicyWords.RelationshipNames,
            DefaultValueFactory = _ => PolicyWords.None,
        };
        var operation = new Option<string>("--operation") { Description = PolicyWords.OperationNames, Required = true };
        var recordClass = new Option<string>("--class") { Description = PolicyWords.ClassNames, DefaultValueFactory = _ => "client-record" };
        var purpose = new Option<string>("--purpose") { Description = PolicyWords.PurposeNames, DefaultValueFactory = _ => PolicyWords.None };
        var file = new Option<string?>("--policy") { Description = "A policy file. Default: the policy that is shipped.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("explain", "What the policy says to one question, and why.")
        {
            role, relationship, operation, recordClass, purpose, file, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var words = new PolicyWords(
                parsed.GetValue(role)!, parsed.GetValue(relationship)!, parsed.GetValue(operation)!, parsed.GetValue(recordClass)!,
                parsed.GetValue(purpose)!);
            if (words.Question is not { } question)
            {
                foreach (var complaint in words.Complaints)
                {
                    await Console.Error.WriteLineAsync(complaint);
                }

                return PolicyCommand.Unusable;
            }

            var (policy, code) = await PolicyCommand.OpenAsync(parsed.GetValue(file), cancel);
            if (policy is null)
            {
                return code;
            }

            var said = ExplainedQuestion.Of(policy, question);
            await Console.Out.WriteLineAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(said, CliJson.Plain.ExplainedQuestion) : Text(said));
            return 0;
        });
        return command;
    }

    private static string Text(ExplainedQuestion said)
    {
        List<(string Name, string? Value)> lines =
        [
            ("question", $"{said.Role}, {said.Relationship}: {said.Operation}, {said.Class}, {said.Purpose}"),
            ("decision", said.Decision), ("rule", $"{said.Rule} (policy {said.Policy})"), ("because", said.Because),
            .. said.Needs.Select(n => ("needs", (string?)n)), ("missing", said.Missing), ("instead", said.Instead),
        ];
        return string.Join(Environment.NewLine, lines.Where(l => l.Value is not null).Select(l => $"{l.Name,-10}{l.Value}"));
    }
}

/// <summary>The question as it was understood, and the answer.</summary>
/// <param name="Decision"><c>allow</c>, <c>allow-and-alert</c> or <c>refuse</c>.</param>
internal sealed record ExplainedQuestion(
    string Decision, string Rule, string Because, string? Missing, string? Instead, IReadOnlyList<string> Needs,
    string Role, string Relationship, string Operation, string Class, string Purpose, string Policy)
{
    public static ExplainedQuestion Of(AccessPolicy policy, AccessQuestion q)
    {
        var said = Access.Policy.Explanation.Of(policy, q);
        return new(
            said.Decision, said.Rule, said.Because, said.Missing, said.Instead, said.Needs,
            q.Roles[0], q.Relationships is [var only] ? only.Word() : PolicyWords.None, q.Operation.Word(), q.Class!,
            q.Purpose ?? PolicyWords.None, policy.Version);
    }
}
