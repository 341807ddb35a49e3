namespace RecordsGuard.Local;

/// <summary>What a person needs to know once everything runs; no more.</summary>
internal static class LocalBanner
{
    public static void Say(LocalStack stack, LocalOptions options, Action<string> say)
    {
        var endpoints = stack.Endpoints;
        var people = $"{endpoints.Base}/.local/people";
        var token = $"curl -s '{endpoints.Base}/.local/token?person=clinician-1'";
        string[] lines = options.ServicesOnly
            ?
            [
                "Storage, vault and sign-in are running on this machine.",
                "",
                $"  The app   SSL_CERT_FILE={endpoints.AuthorityFile} func start",
                $"            in {options.App.FullName}",
                $"  Token     {token}      (everyone: {people})",
                $"  Services  {endpoints.Base}/.local/services",
            ]
            :
            [
                "RecordsGuard is running on this machine.",
                "",
                $"  Address   {endpoints.Base}",
                $"  Token     TOKEN=$({token})      (everyone: {people})",
                $"  Try       curl -i -H \"Authorization: Bearer $TOKEN\" {endpoints.Base}/api/practices/demo/clients",
                $"  Alerts    {endpoints.Base}/.local/webhook",
            ];
        say("");
        lines.ToList().ForEach(say);
        say($"  Data      {options.Data.FullName}");
        say("");
        say("Ctrl+C stops everything.");
    }
}
