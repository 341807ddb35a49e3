#!/bin/sh
# Builds the function app once and publishes it to every app of the resource group that azd (or you) deployed.
# Needs: the .NET SDK, zip, the Azure CLI, signed in; AZURE_RESOURCE_GROUP, which main.bicep puts out.
set -eu
: "${AZURE_RESOURCE_GROUP:?the resource group, as main.bicep puts it out}"
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet publish "$root/src/RecordsGuard.Functions" --configuration Release --output "$out/app"
# Zipped on Linux: the executable bit must stay.
(cd "$out/app" && zip -qr ../package.zip .)
for app in $(az functionapp list --resource-group "$AZURE_RESOURCE_GROUP" --query "[].name" --output tsv); do
  echo "Publishing to $app"
  az functionapp deployment source config-zip --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" --src "$out/package.zip" >/dev/null
done
