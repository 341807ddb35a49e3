using RecordsGuard.Local;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

public sealed class FunctionAppTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["WHEN"] = "0 0 4 * * *" };

    [Fact]
    public void The_apps_own_host_json_says_what_the_design_says()
    {
        var json = FunctionApp.Load(new LocalOptions().App.FullName, Settings).HostJson;

        Assert.Equal(TimeSpan.FromHours(2), json.FunctionTimeout);
        Assert.Equal("", json.RoutePrefix);
        Assert.Equal(new(TimeSpan.FromSeconds(30), 10, TimeSpan.FromSeconds(2), 8, 4, true), json.Queues);
        Assert.Equal("RecordsGuard.Functions", json.Handler.Executable);
        Assert.Equal(TimeSpan.FromSeconds(30), json.Handler.InitializationTimeout);
    }

    [Fact]
    public void Settings_in_percent_signs_are_put_in()
    {
        using var app = new StandInApp().Timer("Nightly", "%WHEN%");

        var nightly = FunctionApp.Load(app.Folder, Settings).Functions.Single(f => f.Name == "Nightly");

        Assert.Equal("0 0 4 * * *", ((FunctionTrigger.Timer)nightly.Trigger).Schedule);
    }

    [Fact]
    public void Http_routes_beside_function_folders_are_refused_as_the_host_refuses_them()
    {
        using var app = new StandInApp();
        app.Write("host.json", """
            {
              "customHandler": {
                "description": { "defaultExecutablePath": "node" },
                "http": { "routes": [ { "route": "{*path}" } ] },
                "enableProxyingHttpRequest": true
              }
            }
            """);

        Assert.Throws<LocalFailure>(() => FunctionApp.Load(app.Folder, Settings));
    }

    [Fact]
    public void What_is_not_played_is_refused_and_not_skipped()
    {
        using var blob = new StandInApp().Function("Blob", """{ "name": "b", "type": "blobTrigger", "direction": "in" }""");
        using var constraint = new StandInApp().Http("Numbered", "n/{id:int}", "get");

        Assert.Throws<LocalFailure>(() => FunctionApp.Load(blob.Folder, Settings));
        Assert.Throws<LocalFailure>(() => new HttpRoutes(FunctionApp.Load(constraint.Folder, Settings)));
    }
}
