// Generated from docs/openapi.json by `npm run docs`: not to be edited.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the cloud ready */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["getSession"];
        put?: never;
        /** Sign in with e-mail and password; sets the session cookie */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change your own password; your other sessions end */
        put: operations["changeOwnPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people of the organisation */
        get: operations["listUsers"];
        put?: never;
        /** Give somebody an account, with a role for the organisation or, with `scope`, for a part of it */
        post: operations["addUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an account, with its sessions */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /** Change what somebody may do, disable them, or give them another password */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tokens of the organisation, without their secrets */
        get: operations["listTokens"];
        put?: never;
        /** Make a token; it is told this once. One of the same name is replaced */
        post: operations["addToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a token at once */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your stores */
        get: operations["listStores"];
        put?: never;
        /** Take in the store files of any number of shops: new shops are made, known ones get a new version where their file has changed */
        post: operations["takeStores"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Put a store into a region of the organisation: roles that hold for the region hold in it */
        patch: operations["changeStore"];
        trace?: never;
    };
    "/api/v1/stores/{storeId}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The store file in force, and the version that the agent has */
        get: operations["getStoreFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/agent-account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new account for a store’s agent; the one before is worth nothing any more */
        post: operations["renewAgentAccount"];
        /** Cut a store’s agent off: it keeps what it has until it gets another account */
        delete: operations["revokeAgentAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of the store file, the newest first: from when on each holds, who made it, and what changed */
        get: operations["listVersions"];
        put?: never;
        /** Make a version that holds from now or later on; dryRun=true (answer 200) says what it would change without making it */
        post: operations["makeVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version with the whole store file; format=yaml gives the file alone, to be edited and sent back */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/versions/{version}/effect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a version was worth: the zones that it changed against other zones or shops, by difference in differences with placebo inference */
        get: operations["getVersionEffect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for the shop's agent and why, what waits in the shop, and figures being computed anew */
        get: operations["getInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/recompute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compute figures since then anew from the shop's journal, as far as it reaches. Answered once stored for the shop; GET inbox tells how it goes */
        post: operations["recompute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People on the floor now, the heat of the last minute, the devices, and what the screens show */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each screen shows now, and why */
        get: operations["listScreens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs somebody
         * @description Agents and devices that are away, and incidents: empty and nearly empty slots, tampering, overload, misplaced and unpaid goods, loitering. Without a period all that are so now or ended within the last day; with one, the incidents of that time.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices: state, last seen, health, whether they may log in, refused messages with reasons */
        get: operations["listDevices"];
        put?: never;
        /** Enrol a device: a new version of the store file, and an account whose password is shown this once */
        post: operations["enrolDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the entry of a device (its name, its place …): a new version of the store file */
        patch: operations["changeDevice"];
        trace?: never;
    };
    "/api/v1/stores/{storeId}/devices/{deviceId}/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new password; connections under the old one end. `replaced`: other hardware takes its place, history stays */
        post: operations["renewCredential"];
        /** Revoke: the device is cut off as soon as the agent hears of it, and cannot log in again */
        delete: operations["revokeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/knocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names that tried to log in or to speak and are not in the store file, the newest first */
        get: operations["listKnocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/slots/{slotId}/tare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tare a slot: this known weight lies on it now (0: it is empty). Answered once stored for the shop */
        post: operations["tareSlot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/walk-tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Walk tests, the newest first; young ones are compared anew */
        get: operations["listWalkTests"];
        put?: never;
        /** Keep a walk test: what somebody tapped going in and out, compared with what was counted */
        post: operations["keepWalkTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/handover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is handed over with a store: devices, calibration, walk tests, tares, versions */
        get: operations["getHandover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/footfall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People in and out per entrance */
        get: operations["getFootfall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/zones/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Visits, dwell, engagement, goods and money per zone */
        get: operations["getZoneMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/products/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sales, handling and stock per product */
        get: operations["getProductMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/slots/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pickups, putbacks and stock per slot that is sensed */
        get: operations["getSlotMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/heatmap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Person-seconds per cell of the floor */
        get: operations["getHeatmap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/shoppers/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Footfall, transactions, value per shopper */
        get: operations["getShopperMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/shoppers/over-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same over time, a row for each hour, day or minute of which the shop has told anything, also where nobody came */
        get: operations["getShoppersOverTime"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that a page shows of a period, in one answer */
        get: operations["getPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/sales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sales over time */
        get: operations["getSales"];
        put?: never;
        /** Record a sale; the same receipt with the same content again changes nothing */
        post: operations["recordSale"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/zones/{zoneId}/dwell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long the visits to a zone lasted, second by second */
        get: operations["getDwell"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/slots/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much of the time something stood in each slot that is sensed, and when it was empty */
        get: operations["getAvailability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/slots/funnel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of each slot: who passed and stopped, what was picked up, put back and sold, beside what is usual for its category and level */
        get: operations["getSlotFunnel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of one fixture: moves that are expected to bring more sales, and its best arrangement, by its own figures of four weeks */
        get: operations["getProposals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/unjoined": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pickups and returns that could not be joined to a sale, since the shop’s journal began */
        get: operations["getUnjoined"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/planogram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which product sits in which slot, by the version that holds at a moment (left out: now) */
        get: operations["getPlanogram"];
        /** Put other slots into fixtures, from now or later on: makes a version of the store file */
        put: operations["putPlanogram"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/planogram/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What products would sell with other slots in some fixtures, by the shop’s own figures of four weeks and what is known of shelves; makes nothing */
        post: operations["askWhatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/planogram/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The planogram as a file. psa: the file that was last imported (of `fixture`, or at all), with what has changed since; a new one where none was */
        get: operations["exportPlanogram"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drafts of the floor and the planogram, the one that was changed last first */
        get: operations["listDrafts"];
        put?: never;
        /** Keep a drawing as a draft: nothing comes into force by it */
        post: operations["makeDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/drafts/{draftId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A draft with what is drawn in it */
        get: operations["getDraft"];
        /** Keep another drawing in a draft; 409 with the draft as it is where somebody was faster */
        put: operations["changeDraft"];
        post?: never;
        /** Throw a draft away */
        delete: operations["removeDraft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens/{deviceId}/plays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proof of play: what a screen showed, why, and to how many */
        get: operations["listPlays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens/{deviceId}/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Blocks of campaigns that begin in the period at a screen: arm, whether they count, and what they gave */
        get: operations["listBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/plays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The shop’s log of plays: JSON with its chain, CSV, or the quantities of OpenRTB 2.6 for verified plays */
        get: operations["exportPlays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens/{deviceId}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show one item on a screen, for a time or until somebody resumes it. Answered once stored for the shop */
        post: operations["pinScreen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens/{deviceId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a screen show nothing of campaigns, for a time or until somebody resumes it */
        post: operations["pauseScreen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/screens/{deviceId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a screen go on by itself */
        post: operations["resumeScreen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The library, the newest first, with the campaigns that show each */
        get: operations["listContent"];
        put?: never;
        /** Put a picture or a video into the library: a form with `file` and, where its own is not to be used, `name`. 200 for bytes that it has already */
        post: operations["addContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content/{contentId}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a content; ranges are answered */
        get: operations["getContentFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content/{contentId}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A still of a content as WebP, at most 1280 pixels wide */
        get: operations["getContentPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content/{contentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a content out of the library; 409 with `usedBy` while a campaign that is not over shows it */
        delete: operations["deleteContent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Campaigns, the newest first */
        get: operations["listCampaigns"];
        put?: never;
        /** Make a campaign: a draft, which nothing shows before it is said to be live */
        post: operations["makeCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaignId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A campaign: every setting, its state now, and who did what when */
        get: operations["getCampaign"];
        /** Change a campaign that is not over; what is left out takes its usual value */
        put: operations["changeCampaign"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaignId}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a campaign going (scheduled until it begins), pause it, or end it for good */
        post: operations["setCampaignState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Campaigns of one store, the newest first */
        get: operations["listStoreCampaigns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaignId}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a campaign was worth: lift by its blocks, with an interval for its end and one that may be read every day */
        get: operations["getLift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaignId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What another policy would have been worth, from the decisions of the last four weeks */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/campaigns/{campaignId}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same for one store */
        get: operations["getStoreLift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agent-files/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of a campaign of the agent’s store, by the agent’s own user name and password (HTTP Basic); ranges are answered */
        get: operations["getAgentFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/sales/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sales of tills that do not count since their time is impossible, the oldest first, at most 200 */
        get: operations["listHeldSales"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/sales/held/{heldId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a sale that was kept apart, with the time at which it was made, or drop it. Answered once stored for the shop */
        post: operations["decideHeldSale"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/simulated-past": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load a piece of a simulated past into a store that has measured nothing before its end; the store says for good that it is simulated. The same piece again changes nothing */
        post: operations["loadSimulatedPast"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long the facts of a store are kept, by kind; null: for ever */
        get: operations["getRetention"];
        /** Set how long the facts of a store are kept; what is older is deleted for good. dryRun=true says what would be, and sets nothing */
        put: operations["setRetention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/planogram/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a planogram from a PSA or CSV file (the body), from now or later on. 200 with dryRun=true and where nothing changes; 400 with `refused` where lines are refused */
        post: operations["importPlanogram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores/{storeId}/simulated-past/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same, its facts one a line
         * @description The body is application/x-ndjson: each line a fact as agents state them, sorted by kind and time. A fact that is said alike of several subjects, or of minutes that follow each other, may be one line: `subjects` instead of `subject`, and `minutes`, with each of which `seq` rises by one.
         */
        post: operations["loadSimulatedPastLines"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedSale: {
            receipt: string;
            /** @constant */
            status: "accepted";
        };
        AgentAccountView: {
            storeId: string;
            username: string;
            password: string;
            /** @description whoever used an account of before is cut off; false: as soon as the broker hears of it */
            cutOff: boolean;
        };
        AgentRevokedView: {
            storeId: string;
            /** @description the agent is cut off; false: as soon as the broker hears of it */
            cutOff: boolean;
        };
        AlertRow: {
            alertId: string;
            kind: string;
            subject: string;
            /** @description ISO 8601 with offset */
            since: string;
            /** @description ISO 8601 with offset */
            until: string | null;
            zoneId?: string;
            count?: number;
        };
        AlertRowList: components["schemas"]["AlertRow"][];
        Antenna: {
            /** @description Its number at the reader. Expected: the number of an antenna, 1 or more. */
            antenna: number;
            /**
             * @description What it means that it hears a tag: goods on show, in the back, with a shopper, paid, leaving. `shelf` when left out. Expected: one of shelf, storage, fitting, till, exit.
             * @enum {string}
             */
            role?: "shelf" | "storage" | "fitting" | "till" | "exit";
            /** @description The slot that it looks at. Give the narrowest place that is known: slot, fixture or zone. Expected: an id of letters, digits, "-", "_", "." or ":". */
            slot?: string;
            /** @description The fixture that it looks at: goods of a tag’s product belong into its slots there. Expected: an id of letters, digits, "-", "_", "." or ":". */
            fixture?: string;
            /** @description The zone that it looks at. Expected: an id of letters, digits, "-", "_", "." or ":". */
            zone?: string;
        };
        ApiError: {
            error: {
                code: string;
                /** @description in English */
                message: string;
                field?: string;
                problem?: components["schemas"]["Told"];
            };
        };
        /** @enum {string} */
        ArmSchema: "treated" | "heldOut";
        AvailabilityRow: {
            slotId: string;
            gtin: string | null;
            zoneId: string | null;
            openSeconds: number;
            emptySeconds: number;
            availability: number | null;
            spells: {
                /** @description ISO 8601 with offset */
                since: string;
                /** @description ISO 8601 with offset */
                until: string | null;
            }[];
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        AvailabilityRowList: components["schemas"]["AvailabilityRow"][];
        Badge: {
            /** @description Its name in the shop. Nobody outside learns it. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description A badge with a fixed address: the Bluetooth address. Expected: a Bluetooth address such as "A4:C1:38:56:53:84". */
            address?: string;
            /** @description A badge that sends as an iBeacon. */
            ibeacon?: {
                /** @description The UUID that it sends. Expected: a UUID. */
                uuid: string;
                /** @description Its major number; any when left out. Expected: a whole number, 0 to 65535. */
                major?: number;
                /** @description Its minor number; any when left out. Expected: a whole number, 0 to 65535. */
                minor?: number;
            };
            /** @description A badge that sends as Eddystone-UID. */
            eddystone?: {
                /** @description The namespace that it sends. Expected: 20 hex digits. */
                namespace: string;
                /** @description The instance within the namespace; any when left out. Expected: 12 hex digits. */
                instance?: string;
            };
        };
        BestArrangement: {
            /** @description every product of the fixture, those that stay as well */
            arrangement: {
                slotId: string;
                gtin: string;
                from: {
                    level: number;
                    facings: number;
                };
                to: {
                    level: number;
                    facings: number;
                };
            }[];
            /** @description expected net sales a week */
            value: number;
            /** @description against as it stands now */
            gain: number;
            /** @description share by which an arrangement may at most be better; null: not known */
            gap: number | null;
            /** @description no arrangement within the limits is better */
            proven: boolean;
        };
        BlockList: components["schemas"]["BlockRow"][];
        BlockRow: {
            /** @description ISO 8601 in store time */
            from: string;
            /** @description ISO 8601 in store time */
            to: string;
            /** @description ISO 8601 in store time */
            countedFrom: string;
            arm: components["schemas"]["ArmSchema"];
            campaignId: string;
            probability: number;
            counted: boolean;
            why: string | null;
            coverage: number;
            opportunities: number;
            watchers: number;
            stops: number;
            scans: number;
            pickups: number;
            units: number;
            /** @description in the store's currency, of the featured products */
            salesNet: number;
            category: {
                pickups: number;
                units: number;
                salesNet: number;
            };
            store: {
                pickups: number;
                units: number;
                salesNet: number;
            };
        };
        BrokerAddress: {
            host: string | null;
            port: number | null;
            webSocketUrl: string | null;
        };
        Calibration: {
            /** @description Width and height of the picture that the `image` points were taken from. Pictures of another size are scaled. Expected: width and height in pixels. */
            resolution: [
                number,
                number
            ];
            /** @description What is known both in the picture and on the floor. Four are enough; more are fitted with the least error. Not three of four on one line. Expected: at least four points {image: [x, y], floor: [x, y]}. */
            points: {
                /** @description Where the point is in the picture, from its upper left corner. Expected: a point [x, y] in pixels of the picture. */
                image: [
                    number,
                    number
                ];
                /** @description Where the same point is on the floor plan. Expected: a point [x, y] in metres. */
                floor: [
                    number,
                    number
                ];
            }[];
        };
        CameraRule: {
            /** @description The rule’s name in the camera, letter by letter. Expected: the name of a rule. */
            rule: string;
            /**
             * @description line: somebody crossed · counter: a running number of crossings · occupancy: how many are inside · field, loitering: one object each. Expected: one of line, counter, occupancy, field, loitering.
             * @enum {string}
             */
            kind: "line" | "counter" | "occupancy" | "field" | "loitering";
            /** @description line, counter: the entrance that is crossed. Expected: an id of letters, digits, "-", "_", "." or ":". */
            entrance?: string;
            /**
             * @description line, counter: which way somebody goes, into the shop or out of it. Expected: one of in, out.
             * @enum {string}
             */
            direction?: "in" | "out";
            /** @description occupancy, field, loitering: the zone that is watched. Expected: an id of letters, digits, "-", "_", "." or ":". */
            zone?: string;
            /** @description counter, occupancy: local time at which the camera sets its number to 0 every day. Expected: a time "HH:MM". */
            resetAt?: string;
        };
        CampaignBody: {
            /** @description What people call it. */
            name: string;
            /** @description The stores that it plays in. */
            stores: string[];
            /** @description The screens of those stores that it plays on; all of them when null. */
            screens?: string[] | null;
            /** @description What it shows. */
            content: components["schemas"]["CampaignItem"][];
            /** @description The category that it is about: its figures are stated beside the featured ones. */
            category?: string | null;
            /** @description The products that it features: eligible only while a sensor does not say that they are empty. */
            gtins?: string[];
            /**
             * @description What it should move; stops when left out. Expected: one of stops, pickups, scans, sales.
             * @enum {string}
             */
            goal?: "stops" | "pickups" | "scans" | "sales";
            /**
             * @description How items are chosen; bandit when left out. Expected: one of bandit, rule, loop, apprentice.
             * @enum {string}
             */
            policy?: "bandit" | "rule" | "loop" | "apprentice";
            /** @description Share of blocks that show the plain loop; 0.2 when left out. Expected: a share, 0 to 0.9. */
            holdout?: number;
            /** @description Length of a block; 20 when left out. Expected: a whole number, 5 to 240. */
            blockMinutes?: number;
            /** @description What of a block is not counted at its start; 5 when left out. Expected: a whole number, 0 to 120. */
            washInMinutes?: number;
            /** @description An item stays for so long; 8 when left out. Expected: a whole number, 2 to 600. */
            minPlaySeconds?: number;
            /** @description Plays a day and screen; no limit when null. */
            dailyCap?: number | null;
            /** @description How often one visit may see it; no limit when null. */
            frequencyCap?: number | null;
            /** @description Beside other campaigns on the same screen; 1 when left out. Expected: a whole number, 1 to 100. */
            weight?: number;
            /** @description Where the code on the screen leads, http or https; the page of the product when left out or null. */
            link?: string | null;
            /** @description When it may play; always when left out. */
            schedule?: components["schemas"]["CampaignSchedule"];
        };
        CampaignDeed: {
            /** @description ISO 8601, UTC */
            at: string;
            /** @description an e-mail address, or `token:NAME` */
            by: string;
            /**
             * @description one of made, changed, live, paused, ended, begun, ranOut
             * @enum {string}
             */
            what: "made" | "changed" | "live" | "paused" | "ended" | "begun" | "ranOut";
        };
        CampaignItem: {
            /** @description A file of the content library. Expected: a text of 1 to 64 characters. */
            contentId?: string;
            /**
             * @description A layout that is filled from the product list at the moment of playing. Expected: one of product, offer, several.
             * @enum {string}
             */
            template?: "product" | "offer" | "several";
            /** @description The products that it is about; those of a template are shown in this order. */
            gtins?: string[];
            /** @description A web page or file that screens can reach, http or https. */
            url?: string;
            /** @description How often it comes in the loop beside the others; 1 when left out. Expected: a whole number, 1 to 100. */
            weight?: number;
            /** @description Whom it is for; the category of the campaign when left out. Expected: a text of 1 to 64 characters. */
            category?: string;
        };
        CampaignList: components["schemas"]["CampaignView"][];
        CampaignSchedule: {
            /** @description ISO date (from 00:00 on) or time; at once when left out. */
            from?: string | null;
            /** @description ISO date (to its end) or time; no end of its own when left out. */
            to?: string | null;
            /** @description Weekdays; all when left out. */
            days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[] | null;
            /** @description Spans of the day, the end not included; all day when left out. */
            hours?: [
                string,
                string
            ][] | null;
        };
        CampaignStateBody: {
            /**
             * @description What it shall be. Expected: one of live, paused, ended.
             * @enum {string}
             */
            state: "live" | "paused" | "ended";
        };
        CampaignView: {
            /** @description a text of 1 to 64 characters */
            campaignId: string;
            /**
             * @description one of draft, scheduled, live, paused, ended
             * @enum {string}
             */
            state: "draft" | "scheduled" | "live" | "paused" | "ended";
            name: string;
            stores: string[];
            screens: string[] | null;
            content: components["schemas"]["CampaignItem"][];
            category: string | null;
            gtins: string[];
            /**
             * @description one of stops, pickups, scans, sales
             * @enum {string}
             */
            goal: "stops" | "pickups" | "scans" | "sales";
            /**
             * @description one of bandit, rule, loop, apprentice
             * @enum {string}
             */
            policy: "bandit" | "rule" | "loop" | "apprentice";
            holdout: number;
            blockMinutes: number;
            washInMinutes: number;
            minPlaySeconds: number;
            dailyCap: number | null;
            frequencyCap: number | null;
            weight: number;
            link?: string | null;
            schedule: components["schemas"]["CampaignSchedule"];
            history: components["schemas"]["CampaignDeed"][];
        };
        Category: {
            /** @description What zones, products and content call it. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
        };
        ChangedDevice: {
            device: components["schemas"]["Device"];
            storeFileVersion: number;
        };
        ChangedDraft: {
            error: {
                /** @constant */
                code: "changed";
                message: string;
                /** @constant */
                field: "revision";
                problem?: unknown;
            };
            current: components["schemas"]["DraftView"];
        };
        ChangedDraftBody: {
            /** @description a text of 1 to 80 characters */
            name: string;
            /** @description the number of a version, 1 or more */
            basedOn: number;
            drawing: components["schemas"]["Drawing"];
            /** @description a whole number, 1 or more */
            revision: number;
        };
        ChangedVersion: {
            error: {
                /** @constant */
                code: "changed";
                message: string;
                /** @constant */
                field: "basedOn";
                problem?: components["schemas"]["Told"];
            };
            current: components["schemas"]["VersionRow"];
        };
        Content: {
            /** @description Its name in proofs of play. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description Whom it is for: people who care about this category. Expected: an id of letters, digits, "-", "_", "." or ":". */
            category?: string;
            /** @description What people call it, and what a drawn card says. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description A picture, video or web page that screens can reach; a card is drawn when left out, and while it cannot be had. Expected: an http or https address without user, password and blanks. */
            url?: string;
        };
        /**
         * Format: binary
         * @description the bytes
         */
        ContentFile: string;
        ContentList: components["schemas"]["ContentView"][];
        ContentUse: {
            campaignId: string;
            name: string;
            state: string;
        };
        ContentView: {
            /** @description the same bytes have the same id */
            contentId: string;
            name: string;
            addedAt: string;
            /** @description an e-mail address, or `token:NAME` */
            addedBy: string;
            usedBy: components["schemas"]["ContentUse"][];
            sha256: string;
            /** @enum {string} */
            type: "image/jpeg" | "image/png" | "image/webp" | "image/avif" | "image/gif" | "video/mp4" | "video/webm";
            bytes: number;
            width: number;
            height: number;
            seconds: number | null;
        };
        CredentialState: {
            /** @enum {string} */
            state: "none" | "given" | "revoked";
            issuedTs: number | null;
            revokedTs: number | null;
            pending: boolean;
        };
        Credentials: {
            email: string;
            password: string;
        };
        CsvFormat: {
            /**
             * @description The program that exports: its columns and kinds of rows are known, and what stands beside it here comes before. Expected: one of square, loyverse, lightspeed, odoo, shopify, erpnext.
             * @enum {string}
             */
            preset?: "square" | "loyverse" | "lightspeed" | "odoo" | "shopify" | "erpnext";
            /** @description Which column holds what, by the titles in the file’s first row. `receipt`, `date`, `gtin` and `net` are needed, unless the preset has them. */
            columns?: {
                /** @description The number of the receipt. A row without one belongs to the receipt above. Expected: the title of a column. */
                receipt?: string;
                /** @description The day of the sale, with the time where there is no column for it. Expected: the title of a column. */
                date?: string;
                /** @description The time of the sale, in store time where it has no zone. Expected: the title of a column. */
                time?: string;
                /** @description The product’s code. A row without one counts as money without a place. Expected: the title of a column. */
                gtin?: string;
                /** @description Units, negative for a return; each row is one unit when left out. Expected: the title of a column. */
                quantity?: string;
                /** @description What was paid for the line without tax, after discounts, in the store’s currency. Expected: the title of a column. */
                net?: string;
                /** @description The price of one unit; where there is no `net`, that is quantity × price − discount. Expected: the title of a column. */
                price?: string;
                /** @description What was paid for the whole receipt, on one of its rows: what its lines are more than that is taken off them in proportion. Expected: the title of a column. */
                receiptNet?: string;
                /** @description What was paid for the line with tax. Expected: the title of a column. */
                gross?: string;
                /** @description The discount on the line. Expected: the title of a column. */
                discount?: string;
                /** @description The tax on the line. Expected: the title of a column. */
                tax?: string;
                /** @description The member’s number at the till. Expected: the title of a column. */
                member?: string;
                /** @description The number of the receipt that a return gives back, or that a void undoes. Expected: the title of a column. */
                returnOf?: string;
            };
            /**
             * @description What stands between columns; found by itself when left out. Expected: one of ,, ;, 	, |.
             * @enum {string}
             */
            delimiter?: "," | ";" | "\t" | "|";
            /**
             * @description The decimal mark of amounts; when left out it is what the file’s amounts can only have, else point. Expected: one of point, comma.
             * @enum {string}
             */
            decimal?: "point" | "comma";
            /**
             * @description The order of dates that are not ISO 8601. When left out, only years of four digits in front and such as 26/03/02 are taken. Expected: one of ymd, dmy, mdy.
             * @enum {string}
             */
            dateOrder?: "ymd" | "dmy" | "mdy";
            /** @description How the file’s characters are written: utf-8, gb18030, big5, windows-1252, utf-16le or another name of the WHATWG Encoding Standard. Found by itself when left out, for those five. Expected: encoding. */
            encoding?: string;
            /** @description Rows that are no sales: by column, the values that say so, in any case. When left out, rows whose column "Status", "Type" or "Voided" says that they are cancelled, void or unfinished. Expected: titles of columns, each with a list of values. */
            skip?: {
                [key: string]: string[];
            };
            /** @description Rows that are sales: by column, the values that say so; all others are left out. Expected: titles of columns, each with a list of values. */
            only?: {
                [key: string]: string[];
            };
            /** @description Rows that give goods back although their amounts have no sign: by column, the values that say so. Expected: titles of columns, each with a list of values. */
            returns?: {
                [key: string]: string[];
            };
        };
        Device: {
            /** @description Its name in the shop, and the name of its account. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /**
             * @description What kind of device it is. Expected: one of shelf, rfid, camera, ble, till, screen.
             * @enum {string}
             */
            family: "shelf" | "rfid" | "camera" | "ble" | "till" | "screen";
            /** @description The language that it speaks; `aisle` is the native one. docs/devices lists them. Expected: an id of letters, digits, "-", "_", "." or ":". */
            dialect: string;
            /** @description shelf, rfid: the fixture that it belongs to. Expected: an id of letters, digits, "-", "_", "." or ":". */
            fixture?: string;
            /** @description screen, till, ble, rfid: the zone that it stands in. Expected: an id of letters, digits, "-", "_", "." or ":". */
            zone?: string;
            /** @description Where it hangs or stands, on the floor plan. Not drawn when left out; nothing is counted by it. Expected: a point [x, y] in metres. */
            at?: [
                number,
                number
            ];
            /** @description camera, screen: which way it looks, clockwise from up on the plan: 90 is to the right, 180 down. Expected: degrees, -360 to 360. */
            facingDegrees?: number;
            /** @description camera: ids of the zones, entrances and passers-by lines that it sees; all zones when left out. Coverage goes by it. */
            covers?: string[];
            /** @description camera: cameras with one group share one view of the floor: whoever is seen by two of them, or walks from one into another, stays one person. Expected: an id of letters, digits, "-", "_", "." or ":". */
            group?: string;
            /** @description camera: false takes the ids that it gives as they are. By default an id that vanishes and another that appears beside it within 1.5 s are one person. Expected: true or false. */
            stitch?: boolean;
            /** @description camera: how pixels lie on the floor; needed where it sends pictures or detections. */
            calibration?: components["schemas"]["Calibration"];
            /** @description camera: where the agent fetches its pictures; they come by MQTT when left out. */
            stream?: components["schemas"]["Stream"];
            /** @description camera: folder of the detector’s model; when left out what `npm run aisle -- model add` took into use, without which its pictures are not looked at. `person-detector` sees drawn people only. Expected: an id of letters, digits, "-", "_", "." or ":". */
            model?: string;
            /**
             * @description corrected: its times are set right by what the agent measures. Set it where a clock is off and cannot be mended; `trusted` when left out. Expected: one of trusted, corrected.
             * @enum {string}
             */
            clock?: "trusted" | "corrected";
            /**
             * @description till: `day` where its receipt numbers begin anew every day; `store`, never, when left out. Expected: one of store, day.
             * @enum {string}
             */
            receiptScope?: "store" | "day";
            /** @description screen: what is shown stays for so long; 8 when left out. Raising it is calmer, lowering it follows people sooner. Expected: whole seconds, 1 to 3600. */
            minPlaySeconds?: number;
            /** @description screen: where a screen of another maker is told what to show (dialect `anthias`). */
            target?: components["schemas"]["ScreenTarget"];
            /** @description MQTT topic filters instead of the dialect’s own; "{id}" stands for the device’s id. */
            topics?: string[];
            /** @description The device through whose account this one speaks: a BLE receiver, an NVR. Any when left out. Expected: an id of letters, digits, "-", "_", "." or ":". */
            gateway?: string;
            /** @description Devices that speak over BLE, and which radio of the agent’s machine listens: the Bluetooth address. Expected: a Bluetooth address such as "A4:C1:38:56:53:84". */
            address?: string;
            /** @description BTHome: the key of a device that encrypts. Expected: 32 hex digits. */
            key?: string;
            /** @description ble: a badge that is heard louder than this is near; -65 when left out. Raising it makes the area smaller. Expected: whole dBm, -120 to 0. */
            nearDbm?: number;
            /** @description shelf: which sensor weighs which slot; its fixture’s slots in order when left out. */
            sensors?: components["schemas"]["ShelfSensor"][];
            /** @description shelf: more than this on one slot is an overload; no limit when left out. Expected: grams, more than 0. */
            maxGrams?: number;
            /** @description rfid: what each antenna stands for; one that is not listed is heard and ignored. The whole `fixture` or `zone` when left out. */
            antennas?: components["schemas"]["Antenna"][];
            /** @description rfid: when a tag is taken for present. */
            presence?: components["schemas"]["Presence"];
            /** @description camera: what the rules that were set in it mean for the store. */
            rules?: components["schemas"]["CameraRule"][];
            /** @description camera: its name in the NVR that analyses its pictures; the id when left out. Expected: the name of a camera. */
            nvrCamera?: string;
            /** @description till: how it writes its files; needed for the dialect `csv`. */
            csv?: components["schemas"]["CsvFormat"];
        };
        DeviceAccount: {
            username: string;
            password: string;
        };
        /** @description keys of a device entry with their new values; null takes one away */
        DeviceChange: {
            [key: string]: unknown;
        };
        DeviceProblem: {
            /** @description one of clockOff, sameClient, notReading, cellSilent, targetUnreachable, targetDenied, targetRefused, targetCannotShow, crowded; newer agents may know more */
            code: string;
            values: {
                [key: string]: number | string;
            };
            sinceTs: number;
            lastTs: number;
        };
        DeviceRow: {
            deviceId: string;
            family: string;
            /** @enum {string} */
            state: "online" | "offline" | "silent" | "unknown";
            lastSeenTs: number | null;
            model?: string;
            firmware?: string;
            simulated?: boolean;
            messagesPerMinute?: number;
            dialect: string;
            battery?: number;
            clockSkewMs?: number;
            clockCorrected?: boolean;
            silentAfterMs?: number;
            revoked?: boolean;
            sensing?: boolean;
            nearby?: number;
            problems?: components["schemas"]["DeviceProblem"][];
            trouble?: string;
            clockEpochs?: number;
            calibrated?: boolean;
            camera?: components["schemas"]["LiveCamera"];
            refused?: {
                reason: string;
                count: number;
                lastTs: number;
                /** @description what was wrong, in English; never the message */
                sample: string;
                why?: components["schemas"]["RefusedWhy"];
            }[];
            name?: components["schemas"]["LocalName"];
            zone?: string;
            fixture?: string;
            gateway?: string;
            credential: components["schemas"]["CredentialState"];
        };
        DevicesView: {
            agentOnline: boolean;
            agentLastSeenTs: number | null;
            outboxWaiting: number | null;
            agentVersion?: string | null;
            waits?: components["schemas"]["WaitingCommand"][];
            devices: components["schemas"]["DeviceRow"][];
            unknownRefused: {
                reason: string;
                count: number;
            }[];
        };
        DraftRow: {
            draftId: string;
            name: string;
            /** @description the number of a version, 1 or more */
            basedOn: number;
            /** @description a whole number, 1 or more */
            revision: number;
            /** @description ISO 8601 in store time */
            madeAt: string;
            /** @description an e-mail address, or `token:NAME` */
            madeBy: string;
            /** @description ISO 8601 in store time */
            changedAt: string;
            changedBy: string;
        };
        DraftRowList: components["schemas"]["DraftRow"][];
        DraftView: {
            draftId: string;
            name: string;
            /** @description the number of a version, 1 or more */
            basedOn: number;
            /** @description a whole number, 1 or more */
            revision: number;
            /** @description ISO 8601 in store time */
            madeAt: string;
            /** @description an e-mail address, or `token:NAME` */
            madeBy: string;
            /** @description ISO 8601 in store time */
            changedAt: string;
            changedBy: string;
            drawing: components["schemas"]["Drawing"];
        };
        Drawing: {
            /** @description The floor plan: x runs to the right and y down, in metres from its upper left corner. */
            floor: {
                /** @description How wide it is, along x. Expected: metres, more than 0. */
                width: number;
                /** @description How deep it is, along y. Expected: metres, more than 0. */
                depth: number;
            };
            /** @description Walls inside the shop, drawn on the plan; nothing is counted by them. */
            walls?: components["schemas"]["Wall"][];
            /** @description Parts of the floor that figures are told for. */
            zones?: components["schemas"]["Zone"][];
            /** @description Where people come in and go out. */
            entrances?: components["schemas"]["Entrance"][];
            /** @description Lines outside that people pass, for the capture rate. */
            passersBy?: components["schemas"]["PassersBy"][];
            /** @description Furniture with goods, and which product lies where. */
            fixtures?: components["schemas"]["Fixture"][];
            places?: {
                [key: string]: {
                    /** @description Where it hangs or stands, on the floor plan. Not drawn when left out; nothing is counted by it. Expected: a point [x, y] in metres. */
                    at?: [
                        number,
                        number
                    ];
                    /** @description camera, screen: which way it looks, clockwise from up on the plan: 90 is to the right, 180 down. Expected: degrees, -360 to 360. */
                    facingDegrees?: number;
                };
            };
        };
        DwellView: {
            zoneId: string;
            name: components["schemas"]["LocalName"] | null;
            engagedAfterSeconds: number;
            visits: [
                number,
                number
            ][] | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        EffectMark: {
            /** @enum {string} */
            kind: "price" | "promotion" | "closure" | "change";
            /** @description ISO 8601 */
            from: string;
            to: string | null;
            subject: string;
            name: components["schemas"]["LocalName"] | null;
        };
        EffectView: {
            version: number;
            /** @enum {string} */
            metric: "salesNet" | "units" | "visits";
            since: string;
            effect: number | null;
            low: number | null;
            high: number | null;
            p: number | null;
            /** @description 1 ÷ units: no p can be smaller */
            smallestP: number | null;
            /** @description zones or shops that were compared, the changed one among them */
            units: number | null;
            unitKind: ("zone" | "store") | null;
            method: ("differenceInDifferences" | "syntheticControl") | null;
            claims: boolean;
            why: ("first" | "nothingChanged" | "planned" | "tooSoon" | "noPast" | "nothingComparable" | "tooFewUnits") | null;
            zones: string[];
            comparedWith: string[];
            leftOut: string[];
            weeks: {
                from: string;
                after: boolean;
                treated: number;
                comparison: number;
            }[];
            marks: components["schemas"]["EffectMark"][];
            sentence: components["schemas"]["Sentence"];
        };
        EnrolledDevice: {
            device: components["schemas"]["Device"];
            storeFileVersion: number;
            credential: components["schemas"]["DeviceAccount"];
            mqtt: components["schemas"]["BrokerAddress"];
            configuration: components["schemas"]["ReadyConfiguration"][];
        };
        Entrance: {
            /** @description Its name in figures and addresses. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description Where people cross, on the floor plan. Expected: two points [[x, y], [x, y]]. */
            line: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /** @description A direction into the shop: whoever crosses that way comes in. Expected: a point [x, y] in metres. */
            inward: [
                number,
                number
            ];
            /** @description The device that counts here; people whom cameras follow are counted when left out. Expected: an id of letters, digits, "-", "_", "." or ":". */
            source?: string;
        };
        Fixture: {
            /** @description Its name in figures and addresses. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description The zone whose visitors take from it. Expected: an id of letters, digits, "-", "_", "." or ":". */
            zone?: string;
            /** @description Its corner nearest the origin, on the floor plan. Not drawn when left out. Expected: a point [x, y] in metres. */
            at?: [
                number,
                number
            ];
            /** @description How long its front is and how deep it is. Expected: a point [x, y] in metres. */
            size?: [
                number,
                number
            ];
            /** @description Which way its front looks, clockwise from up on the plan: 90 is to the right, 180 down. Expected: degrees, -360 to 360. */
            facingDegrees?: number;
            /** @description The places for goods on it, from left to right. */
            slots?: components["schemas"]["Slot"][];
        };
        FootfallRow: {
            /** @description ISO 8601 with offset */
            from: string;
            entranceId: string;
            name: components["schemas"]["LocalName"] | null;
            in: number | null;
            out: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        FootfallRowList: components["schemas"]["FootfallRow"][];
        GrantScope: {
            /**
             * @description one of organisation, region, store
             * @enum {string}
             */
            kind: "organisation" | "region" | "store";
            /** @description the id of the organisation, the region or the store */
            id: string;
        };
        GrantView: {
            role: components["schemas"]["RoleName"];
            scope: components["schemas"]["GrantScope"];
        };
        HandoverView: {
            storeId: string;
            name: components["schemas"]["LocalName"];
            timezone: string;
            madeTs: number;
            storeFileVersion: number;
            agentStoreFileVersion: number | null;
            agentVersion: string | null;
            agentOnline: boolean;
            agentLastSeenTs: number | null;
            devices: components["schemas"]["DeviceRow"][];
            walkTests: components["schemas"]["WalkTestRow"][];
            slots: {
                slotId: string;
                fixtureId: string;
                gtin: string | null;
                tared: {
                    knownGrams: number;
                    ts: number;
                    by: string;
                } | null;
            }[];
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        HeatmapView: {
            cellMetres: number;
            columns: number;
            rows: number;
            seconds: number[];
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        HeldSaleAnswer: {
            heldId: string;
            action: string;
            waits: boolean;
        };
        HeldSaleDecision: {
            /**
             * @description accept: it counts at `ts`; drop: it does not count, and is kept no longer. Expected: "accept" or "drop".
             * @enum {string}
             */
            action: "accept" | "drop";
            /** @description When it was made, epoch milliseconds; when it came where this is left out. Expected: epoch milliseconds. */
            ts?: number;
        };
        HeldSaleRow: {
            heldId: string;
            till: string;
            receipt: string;
            ts: string | null;
            receivedTs: string;
            /** @description future: more than 24 h ahead; tooOld: years back, or 35 days behind the till */
            reason: string;
            lines: number;
            /** @description in the store's currency */
            net: number;
        };
        HeldSaleRowList: components["schemas"]["HeldSaleRow"][];
        ImportPreview: {
            /** @description against the newest version; at most 500 */
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
            refused: components["schemas"]["ImportRefusal"][];
            basedOn: number;
            warnings?: components["schemas"]["StoreFileProblem"][];
        };
        ImportRefusal: {
            /** @description of the file, from 1 */
            line: number;
            /** @description cell of the line, from 1 (of a PSA row the first is its type); null: the line as a whole */
            column: number | null;
            /** @description in English */
            message: string;
            code: string;
            values: components["schemas"]["ProblemValues"];
        };
        InboxView: {
            agentVersion: string | null;
            agentOlder: boolean;
            waits: components["schemas"]["WaitingCommand"][];
            held: {
                kind: string;
                count: number;
            }[];
            recompute: components["schemas"]["RecomputeState"] | null;
        };
        InvalidVersion: {
            error: {
                code: string;
                message: string;
                field?: string;
                problem?: components["schemas"]["Told"];
                problems?: components["schemas"]["StoreFileProblem"][];
            };
        };
        KnockRow: {
            name: string;
            count: number;
            firstTs: number;
            lastTs: number;
        };
        KnockRowList: components["schemas"]["KnockRow"][];
        LiftView: {
            /** @enum {string} */
            goal: "stops" | "pickups" | "scans" | "sales";
            treated: {
                blocks: number;
                opportunities: number;
                watchers: number;
                stops: number;
                pickups: number;
                units: number;
                salesNet: number;
                scans: number;
            };
            heldOut: {
                blocks: number;
                opportunities: number;
                watchers: number;
                stops: number;
                pickups: number;
                units: number;
                salesNet: number;
                scans: number;
            };
            lift: number | null;
            low: number | null;
            high: number | null;
            p: number | null;
            alwaysLow: number | null;
            alwaysHigh: number | null;
            neededDays: number | null;
            carryover: {
                p: number | null;
            };
            weeks: {
                /** @description ISO 8601 in store time */
                from: string;
                lift: number | null;
                low: number | null;
                high: number | null;
            }[];
            sentence: components["schemas"]["Sentence"];
            notes?: components["schemas"]["Sentence"][];
        };
        LiveCamera: {
            /** @enum {string} */
            source: "mqtt" | "running" | "connecting" | "waiting";
            received: number;
            processed: number;
            dropped: number;
            refused: number;
            framesPerSecond: number;
            latencyMs: {
                p50: number;
                p95: number;
            } | null;
            model: string;
            /** @enum {string} */
            problem?: "noDetector" | "detectorFailed" | "detectorUnfit";
        };
        LiveDevice: {
            deviceId: string;
            family: string;
            /** @enum {string} */
            state: "online" | "offline" | "silent" | "unknown";
            lastSeenTs: number | null;
            model?: string;
            firmware?: string;
            simulated?: boolean;
            messagesPerMinute?: number;
            dialect?: string;
            battery?: number;
            clockSkewMs?: number;
            clockCorrected?: boolean;
            silentAfterMs?: number;
            revoked?: boolean;
            sensing?: boolean;
            nearby?: number;
            problems?: components["schemas"]["DeviceProblem"][];
            trouble?: string;
            clockEpochs?: number;
            calibrated?: boolean;
            camera?: components["schemas"]["LiveCamera"];
            refused?: {
                reason: string;
                count: number;
                lastTs: number;
                /** @description what was wrong, in English; never the message */
                sample: string;
                why?: components["schemas"]["RefusedWhy"];
            }[];
        };
        LiveHeat: {
            cellMetres: number;
            columns: number;
            rows: number;
            seconds: number[];
        };
        LiveView: {
            ts: number;
            occupancy: number | null;
            zones: components["schemas"]["SeenZone"][];
            unsensedSinceTs?: number | null;
            heat: components["schemas"]["LiveHeat"];
            devices: components["schemas"]["LiveDevice"][];
            screens: components["schemas"]["ScreenRow"][];
            agentOnline: boolean;
        };
        LocalName: string | {
            en: string;
            zh?: string;
        };
        MadeImport: {
            /** @description the number of a version, 1 or more */
            version: number;
            /** @description ISO 8601 in store time */
            validFrom: string;
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
            cancels: number[];
            warnings?: components["schemas"]["StoreFileProblem"][];
            refused: components["schemas"]["ImportRefusal"][];
        };
        MadeVersion: {
            /** @description the number of a version, 1 or more */
            version: number;
            /** @description ISO 8601 in store time */
            validFrom: string;
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
            cancels: number[];
            warnings?: components["schemas"]["StoreFileProblem"][];
        };
        Members: {
            /** @description Tokens that send as iBeacons. */
            ibeacon?: {
                /** @description The UUID of all members’ tokens. Expected: a UUID. */
                uuid: string;
            };
            /** @description Tokens that send as Eddystone-UID. */
            eddystone?: {
                /** @description The namespace of all members’ tokens. Expected: 20 hex digits. */
                namespace: string;
            };
        };
        /** @description metrics in the text format of Prometheus */
        MetricsText: string;
        NewCredential: {
            /** @description true: other hardware has taken its place */
            replaced?: boolean;
        };
        NewDraft: {
            /** @description a text of 1 to 80 characters */
            name: string;
            /** @description the number of a version, 1 or more */
            basedOn: number;
            drawing: components["schemas"]["Drawing"];
        };
        NewPlanogram: {
            /** @description the number of a version, 1 or more */
            basedOn: number;
            /** @description ISO 8601 with zone; now when left out or not later */
            validFrom?: string | null;
            /** @description a text of at most 500 characters */
            note?: string | null;
            fixtures: components["schemas"]["PlanogramFixture"][];
        };
        NewToken: {
            tokenId: number;
            name: string;
            role: components["schemas"]["RoleName"];
            scope: components["schemas"]["GrantScope"];
            /** @description ISO 8601, UTC */
            created: string;
            expires: string | null;
            lastUsed: string | null;
            token: string;
        };
        NewTokenBody: {
            /** @description a name of 1 to 64 letters, digits, spaces and "._:-" */
            name: string;
            role: components["schemas"]["RoleName"];
            scope?: components["schemas"]["GrantScope"];
            /** @description a time, ISO 8601 with zone */
            expires?: string;
        };
        NewUserBody: {
            /** @description an e-mail address */
            email: string;
            /** @description a password of 12 to 200 characters */
            password: string;
            role: components["schemas"]["RoleName"];
            scope?: components["schemas"]["GrantScope"];
        };
        NewVersion: {
            /** @description the number of a version, 1 or more */
            basedOn: number;
            /** @description ISO 8601 with zone; now when left out or not later */
            validFrom?: string | null;
            /** @description a text of at most 500 characters */
            note?: string | null;
            /** @description a store file */
            storeFile?: unknown;
            /** @description the text of a store file, instead of storeFile */
            storeFileYaml?: string;
        };
        Nothing: Record<string, never>;
        OpenRtbPlay: {
            id: string;
            dooh: {
                /** @description store */
                id: string;
            };
            imp: {
                /** @description screen */
                tagid: string;
                qty: {
                    /** @description verified impressions of the play; null of others is 0 there */
                    multiplier: number;
                    /** @description List: DOOH Multiplier Measurement Source Types; 1: measured by a vendor */
                    sourcetype: number;
                    vendor: string;
                };
                /** @description epoch ms */
                dt: number;
            };
            /** @description content */
            crid: string;
            /** @description campaign */
            cid: string | null;
            seconds: number;
        };
        Opening: {
            /** @description The days that open so. */
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            /** @description When the shop opens, in store time. Expected: a time "HH:MM". */
            open: string;
            /** @description When it closes, in store time; past midnight where it is not later than `open`. Expected: a time "HH:MM". */
            close: string;
        };
        PageSide: {
            /** @description ISO 8601 with offset */
            from: string;
            /** @description ISO 8601 with offset */
            to: string;
            shoppers: components["schemas"]["ShoppersView"];
            steps: components["schemas"]["ShoppersRow"][];
            products?: components["schemas"]["ProductRow"][];
        };
        PageView: {
            /** @enum {string} */
            bucket: "minute" | "hour" | "day";
            /** @description the period begins here, since nothing of it was sensed before; null: it begins as asked */
            sensingSince: string | null;
            now: components["schemas"]["PageSide"];
            before: components["schemas"]["PageSide"] | null;
            zones?: components["schemas"]["ZoneRow"][];
            entrances?: components["schemas"]["FootfallRow"][];
            heatmap?: components["schemas"]["HeatmapView"];
        };
        PassersBy: {
            /** @description Its name in figures and addresses. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description Where people pass outside, on the floor plan. Expected: two points [[x, y], [x, y]]. */
            line: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
        };
        PasswordBody: {
            /** @description the password until now */
            password: string;
            /** @description a password of 12 to 200 characters */
            newPassword: string;
        };
        PauseBody: {
            /** @description For how long; until somebody resumes it when null. */
            minutes?: number | null;
        };
        PinBody: {
            /** @description A content of the library, or of a campaign or the store file. Expected: a text of 1 to 64 characters. */
            contentId: string;
            /** @description For how long; until somebody resumes it when null. */
            minutes?: number | null;
        };
        /**
         * Format: binary
         * @description the bytes
         */
        PlanogramFile: string;
        PlanogramFixture: {
            /** @description an id of letters, digits, "-", "_", "." or ":" */
            id: string;
            slots: components["schemas"]["Slot"][];
        };
        PlanogramView: {
            version: number;
            /** @description ISO 8601 with offset */
            validFrom?: string;
            fixtures?: components["schemas"]["PlanogramFixture"][];
            slots: {
                slotId: string;
                fixtureId: string;
                zoneId: string | null;
                gtin: string | null;
                facings: number;
                capacity: number | null;
                level: number | null;
            }[];
        };
        PlayLink: {
            n: number;
            previous: string;
            hash: string;
            replaces?: {
                n: number;
                hash: string;
            }[];
        };
        PlayLog: components["schemas"]["PlayLogRow"][] | components["schemas"]["OpenRtbPlay"][];
        PlayLogRow: {
            screenId: string;
            decisionId: string;
            contentId: string;
            campaignId: string | null;
            arm: components["schemas"]["ArmSchema"] | null;
            startedTs: number;
            endedTs: number;
            /** @enum {string} */
            outcome: "completed" | "cut" | "failed";
            trouble: string | null;
            opportunities: number | null;
            watchers: number | null;
            verifiedImpressions: number | null;
            scans: number | null;
            epoch: number;
            link: components["schemas"]["PlayLink"] | null;
        };
        PlayRow: {
            decisionId: string;
            contentId: string;
            startedTs: number;
            endedTs: number;
            reason: components["schemas"]["WordedReason"] | null;
            probability: number | null;
            heldOut: boolean;
            candidates: {
                contentId: string;
                category: string | null;
                dwellSeconds: number;
                interestPpm?: number;
            }[];
            completed: boolean;
            campaignId: string | null;
            /** @enum {string} */
            outcome: "completed" | "cut" | "failed";
            trouble: string | null;
            arm: components["schemas"]["ArmSchema"] | null;
            opportunities: number | null;
            watchers: number | null;
            verifiedImpressions: number | null;
            scans: number | null;
        };
        PlayRowList: components["schemas"]["PlayRow"][];
        Presence: {
            /** @description A tag that its antenna has not read for so long, and that is read elsewhere or nowhere, is gone; 10 when left out. Raising it is calmer where reads are missed, lowering it is sooner and takes a row of missed reads for a pickup. Expected: seconds, 1 to 600. */
            holdOffSeconds?: number;
            /** @description Another antenna must hear a tag so much louder before it has moved there; 6 when left out. Raising it stops flapping between neighbours, lowering it shows moves sooner, and false ones. Expected: decibels, 0 to 40. */
            hysteresisDb?: number;
            /** @description Weaker reads are strays and do not make a tag present; -72 when left out. Raising it keeps strays and badly placed goods out, lowering it lets far tags count. Expected: dBm, -120 to 0. */
            enterDbm?: number;
        };
        /** @description what its sentence speaks of, by name; ids and numbers as they are, kinds of things as their terms */
        ProblemValues: {
            [key: string]: string | number;
        };
        Product: {
            /** @description Its main code. Quote it, or YAML takes it for a number and drops zeros. Expected: a GTIN as quoted text. */
            gtin: string;
            /** @description What else it goes by: other GTINs, PLU numbers, beginnings (2…, 5 to 11 digits) of labels with weight or price. Expected: a list of further codes, as quoted text. */
            codes?: string[];
            /** @description What people call it; the code when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description The category that it belongs to. Expected: an id of letters, digits, "-", "_", "." or ":". */
            category?: string;
            /** @description What one unit (by weight: one kilogram) sells for, in the store’s currency. Expected: a price, 0 or more. */
            price?: number;
            /** @description What it sold for before, shown struck out beside the price while it is more than that. Expected: a price, 0 or more. */
            wasPrice?: number;
            /** @description How much one unit holds, by which screens show the price of a kilogram, litre, metre or piece. */
            measure?: {
                /** @description In that unit: 0.5 for half a litre. Expected: a number of that unit above 0, such as 0.5. */
                amount: number;
                /**
                 * @description kg, l, m or piece. Expected: one of kg, l, m, piece.
                 * @enum {string}
                 */
                unit: "kg" | "l" | "m" | "piece";
            };
            /** @description Its picture for screens, http or https, best on white or without a background. Expected: an http or https address without user, password and blanks. */
            picture?: string;
            /** @description What one unit (by weight: one kilogram) costs the shop, in the store’s currency. Expected: a cost, 0 or more. */
            cost?: number;
            /**
             * @description weight: the till’s quantity is kilograms, and a line counts as one unit. `piece` when left out. Expected: one of piece, weight.
             * @enum {string}
             */
            soldBy?: "piece" | "weight";
            /** @description What one unit weighs, by which scales tell units; without it each step on a scale is one item and the stock is not known. Expected: grams of one unit, more than 0. */
            unitGrams?: number;
        };
        ProductRow: {
            /** @description ISO 8601 with offset */
            from?: string;
            gtin: string;
            name: components["schemas"]["LocalName"] | null;
            units: number;
            grams: number | null;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            pickups: number | null;
            putbacks: number | null;
            returned: number | null;
            refilled: number | null;
            stock: number | null;
            fill: number | null;
            confidence: number | null;
            salesPerFacingDay: number | null;
            margin?: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        ProductRowList: components["schemas"]["ProductRow"][];
        Proposal: {
            /** @enum {string} */
            kind: "moreFacings" | "eyeLevel" | "swap";
            moves: {
                slotId: string;
                gtin: string;
                from: {
                    level: number;
                    facings: number;
                };
                to: {
                    level: number;
                    facings: number;
                };
            }[];
            /** @description expected net sales a week more */
            gain: number;
            /** @description in nine of ten such cases it lies from here … */
            low: number;
            /** @description … to here */
            high: number;
            reason: {
                /** @enum {string} */
                code: "soldOut" | "sellsBetter";
                values: components["schemas"]["ProblemValues"];
            };
            sentence: components["schemas"]["Sentence"];
        };
        ProposalsView: {
            fixtureId: string;
            /** @description the figures behind it are of this time, ISO 8601 */
            from: string;
            to: string;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            /** @description a week, of what stands on it now */
            salesNet: number | null;
            why: ("nothingPlaced" | "noLevels" | "salesUnknown" | "tooLittleSold") | null;
            sentence: components["schemas"]["Sentence"];
            proposals: components["schemas"]["Proposal"][];
            best: components["schemas"]["BestArrangement"] | null;
            left: string[];
            assumptions: {
                /** @description elasticity of sales where facings are added */
                moreSpace: number;
                /** @description and where they are taken away */
                lessSpace: number;
                /** @description sales on the best level for each on the worst */
                bestToWorstLevel: number;
                /** @description which level is taken for the best */
                eyeLevel: number | null;
            };
        };
        ReadyConfiguration: {
            /** @description a file name */
            file: string;
            title: {
                en: string;
                zh?: string;
            };
            language: string;
            text: string;
        };
        Reason: {
            /** @description such as interest, dwell, nearest, first, welcome, learned, exploring, loop, heldOut, pinned, paused, nothing */
            code: string;
            values: components["schemas"]["ProblemValues"];
        };
        RecomputeAnswer: {
            /** @description ISO 8601, UTC */
            from: string;
            waits: boolean;
        };
        RecomputeBody: {
            /** @description a time, ISO 8601 with zone */
            from: string;
        };
        RecomputeState: {
            /** @enum {string} */
            state: "running" | "done" | "failed";
            generation: number;
            /** @description ISO 8601, UTC */
            from: string;
            /** @description ISO 8601, UTC */
            reached: string | null;
            facts: number;
        };
        RefusedImport: {
            error: {
                code: string;
                message: string;
                field?: string;
                problem?: {
                    code: string;
                    values: components["schemas"]["ProblemValues"];
                };
                problems?: components["schemas"]["StoreFileProblem"][];
            };
            /** @description against the newest version; at most 500 */
            changes?: components["schemas"]["StoreChange"][];
            changesLeftOut?: number;
            refused?: components["schemas"]["ImportRefusal"][];
        };
        RefusedWhy: {
            code: string;
            values: components["schemas"]["ProblemValues"];
            field?: string;
            at?: string;
        };
        ReplayView: {
            /** @enum {string} */
            policy: "loop" | "rule";
            choices: number;
            rewards: number;
            other: {
                value: number | null;
                low: number | null;
                high: number | null;
            };
            own: {
                value: number | null;
                low: number | null;
                high: number | null;
            };
            estimators: {
                name: string;
                value: number | null;
                low: number | null;
                high: number | null;
            }[];
            sentence: components["schemas"]["Sentence"];
        };
        RestSale: {
            /** @description an integer, epoch milliseconds UTC */
            ts: number;
            /** @description a text of 1 to 128 characters, without NUL or half a character */
            receipt: string;
            /** @description a list of 1 to 1000 sale lines */
            lines: components["schemas"]["SaleLine"][];
            /** @description a text of 0 to 64 characters, without NUL or half a character */
            channel?: string;
            /** @description a text of 0 to 64 characters, without NUL or half a character */
            type?: string;
            /** @description a text of 0 to 128 characters, without NUL or half a character */
            member?: string;
            /** @description a text of 1 to 128 characters, without NUL or half a character */
            returnOf?: string;
            /** @description a day such as "2026-03-01" */
            returnOfDay?: string;
            /** @description id of the till of the store file that it was made at; without one it belongs to none */
            till?: string;
        };
        RetentionDays: {
            /** @description Entries, visits, dwell, heat maps, pickups, stock, and how well all of it was sensed. Days of the shop that are kept; null: for ever. Expected: whole days, 60 to 3660, or null: for ever. */
            sensed: number | null;
            /** @description Sales; at least as long as what was sensed. Days of the shop that are kept; null: for ever. Expected: whole days, 60 to 3660, or null: for ever. */
            sales: number | null;
            /** @description Plays and choices of screens. Days of the shop that are kept; null: for ever. Expected: whole days, 60 to 3660, or null: for ever. */
            screens: number | null;
            /** @description Alerts. Days of the shop that are kept; null: for ever. Expected: whole days, 60 to 3660, or null: for ever. */
            alerts: number | null;
        };
        RetentionDeletes: {
            /** @enum {string} */
            kind: "sensed" | "sales" | "screens" | "alerts";
            before: string;
            oldest: string | null;
            facts: number;
        }[];
        RetentionView: {
            days: components["schemas"]["RetentionDays"];
            deletes: components["schemas"]["RetentionDeletes"];
        };
        RevokedDevice: {
            deviceId: string;
            credential: components["schemas"]["CredentialState"];
        };
        /**
         * @description one of read, versions.write, devices.write, walkTests.write, sales.write, content.write, campaigns.write, screens.write, facts.recompute, stores.manage, users.manage, tokens.manage
         * @enum {string}
         */
        RightName: "read" | "versions.write" | "devices.write" | "walkTests.write" | "sales.write" | "content.write" | "campaigns.write" | "screens.write" | "facts.recompute" | "stores.manage" | "users.manage" | "tokens.manage";
        /**
         * @description one of owner, headquarters, regionManager, storeManager, merchandiser, viewer
         * @enum {string}
         */
        RoleName: "owner" | "headquarters" | "regionManager" | "storeManager" | "merchandiser" | "viewer";
        SaleLine: {
            /** @description a GTIN as text */
            gtin: string;
            /** @description a number of units, negative for a return */
            quantity: number;
            /** @description a decimal number in the currency of the store */
            net: number;
            /** @description a decimal number in the currency of the store */
            gross?: number;
            /** @description a decimal number in the currency of the store */
            discount?: number;
            /** @description a decimal number in the currency of the store */
            tax?: number;
        };
        SalesRow: {
            /** @description ISO 8601 with offset */
            from: string;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            transactions: number | null;
            units: number;
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        SalesRowList: components["schemas"]["SalesRow"][];
        ScreenOrderAnswer: {
            /** @description a text of 1 to 64 characters */
            screenId: string;
            /**
             * @description one of pin, pause, resume
             * @enum {string}
             */
            action: "pin" | "pause" | "resume";
            contentId: string | null;
            by: string;
            until: string | null;
            /** @description the agent of the shop is too old to take it: it waits */
            waits: boolean;
        };
        ScreenRow: {
            deviceId: string;
            decisionId: string | null;
            contentId: string | null;
            category: string | null;
            reason: string;
            why?: components["schemas"]["Reason"];
            sinceTs: number | null;
            campaignId?: string;
            arm?: components["schemas"]["ArmSchema"];
            policy?: string;
            probabilityMicro?: number;
            order?: {
                /** @enum {string} */
                action: "pin" | "pause";
                contentId?: string;
                by: string;
                untilTs: number | null;
            };
            files?: {
                here: number;
                missing: number;
                missingBytes: number;
                full: boolean;
            };
            player?: {
                width: number;
                height: number;
                clockOffMs: number;
                freeBytes: number | null;
                here: number;
                waiting?: number;
                dropped?: number;
            };
            /** @description people before it; null: nobody can tell */
            audience: number | null;
        };
        ScreenRowList: components["schemas"]["ScreenRow"][];
        ScreenTarget: {
            /** @description The address of its own pages in the shop’s network, as one types it into a browser there. Expected: an http or https address without user, password and blanks. */
            url: string;
            /** @description The user name, where its pages ask for one. Expected: at most 200 characters. */
            username?: string;
            /** @description The password for it. Expected: at most 200 characters. */
            password?: string;
        };
        SeenZone: {
            zoneId: string;
            occupancy: number | null;
            unsensedSinceTs?: number | null;
        };
        Sentence: {
            en: string;
            zh: string;
        };
        SessionView: {
            /** @description an e-mail address, or "token:NAME" of a program */
            email: string;
            role: components["schemas"]["RoleName"];
            organisation: string;
            grants: components["schemas"]["GrantView"][];
            rights: components["schemas"]["RightName"][];
        };
        Settings: {
            /** @description Share of its time that must have been sensed before a ratio is shown; 0.5 when left out. Raising it hides more hours, lowering it trusts thinner ones. Expected: a share, 0 to 1. */
            minimumCoverage?: number;
        };
        ShelfSensor: {
            /** @description The sensor’s name in its topic (ESPHome’s object id). BTHome shelves have none: their masses count in order. Expected: the name of a sensor. */
            sensor?: string;
            /** @description The slot that it weighs. Expected: an id of letters, digits, "-", "_", "." or ":". */
            slot: string;
            /**
             * @description The unit that it tells; grams when left out. Expected: one of g, kg, lb.
             * @enum {string}
             */
            unit?: "g" | "kg" | "lb";
        };
        ShoppersRow: {
            /** @description ISO 8601 with offset */
            from: string;
            footfall: number | null;
            transactions: number | null;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            conversion: number | null;
            salesPerShopper: number | null;
            averageTransaction: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        ShoppersRowList: components["schemas"]["ShoppersRow"][];
        ShoppersView: {
            footfall: number | null;
            transactions: number | null;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            conversion: number | null;
            salesPerShopper: number | null;
            averageTransaction: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        SimulatedPastAnswer: {
            accepted: number;
            refused: number;
            complete: boolean;
        };
        SimulatedPastBody: {
            seed: number;
            fromTs: number;
            toTs: number;
            facts: unknown[];
            roll?: boolean;
            readyFromTs?: number;
            complete?: boolean;
        };
        SimulatedView: {
            /** @description ISO 8601 in store time */
            from: string;
            /** @description ISO 8601 in store time; not included */
            to: string;
            complete: boolean;
            /** @description while it is being loaded: from when on figures tell of it; ISO 8601 in store time */
            readyFrom?: string;
        };
        Slot: {
            /** @description Its name in figures and addresses. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description The product that lies here; none when left out. Expected: a GTIN as quoted text. */
            gtin?: string;
            /** @description How many units stand side by side at the front; 1 when left out. Sales per facing divide by it. Expected: a whole number, 1 or more. */
            facings?: number;
            /** @description Units that fit: fill level, low stock and overload go by it. Expected: a whole number, 1 or more. */
            capacity?: number;
            /** @description Which shelf of the fixture it is on, from below. Expected: a level, 1 is the lowest. */
            level?: number;
            /** @description What the empty slot weighs; 0 when left out. It may be tared on the spot instead. Expected: grams of the empty slot. */
            tareGrams?: number;
            /** @description Few are left at this many units; a fifth of the capacity when left out. Raising it warns sooner. Expected: a whole number of units. */
            lowAt?: number;
        };
        SlotFunnelRow: {
            slotId: string;
            gtin: string | null;
            name: components["schemas"]["LocalName"] | null;
            fixtureId: string | null;
            zoneId: string | null;
            category: string | null;
            level: number | null;
            /** @description by the newest version in which it stood so */
            facings: number | null;
            passed: number | null;
            stopped: number | null;
            pickups: number | null;
            returned: number | null;
            refilled: number | null;
            units: number | null;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            salesPerFacingDay: number | null;
            margin?: number | null;
            marginPerFacingDay?: number | null;
            expected: {
                category: string | null;
                level: number | null;
                /** @description other slots of the same category and level that were sensed */
                slots: number;
                /** @description since when what is usual was looked at, ISO 8601 */
                from: string;
                stopped: components["schemas"]["UsualStep"] | null;
                pickups: components["schemas"]["UsualStep"] | null;
                returned: components["schemas"]["UsualStep"] | null;
                units: components["schemas"]["UsualStep"] | null;
            };
            standsOut: boolean;
            sentence: components["schemas"]["Sentence"] | null;
            emptySeconds: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        SlotFunnelRowList: components["schemas"]["SlotFunnelRow"][];
        SlotRow: {
            /** @description ISO 8601 with offset */
            from: string;
            slotId: string;
            gtin: string;
            zoneId: string | null;
            pickups: number | null;
            putbacks: number | null;
            returned: number | null;
            refilled: number | null;
            stock: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        SlotRowList: components["schemas"]["SlotRow"][];
        Staff: {
            /** @description Whoever stays in one of these zones for 0.6 s is staff: a staff room, behind the counter. */
            zones?: string[];
            /** @description Whoever is followed for longer is staff. Lowering it takes patient shoppers for staff, raising it counts staff for longer before they are taken back. Expected: whole minutes, 5 to 1440. */
            afterMinutes?: number;
            /** @description Whoever goes about with one of these badges is staff. */
            badges?: components["schemas"]["Badge"][];
        };
        StoreChange: {
            /** @enum {string} */
            section: "layout" | "assortment" | "devices" | "rules";
            /** @enum {string} */
            what: "floor" | "walls" | "zones" | "entrances" | "passersBy" | "fixtures" | "categories" | "products" | "slots" | "devices" | "store" | "hours" | "staff" | "members" | "content" | "settings";
            /** @description of the zone, product, device …; empty for what the file has once */
            id: string;
            /** @enum {string} */
            how: "added" | "removed" | "changed";
            /** @description what of it changed; `order`: the same ids in another order */
            fields: string[];
            /** @description as the newer file calls it, where it went as the older did */
            name?: components["schemas"]["LocalName"];
            /** @description of a device */
            family?: string;
            /** @description small values by field; of a polygon its `squareMetres`, beside a `gtin` the name of its `product`, of what came or went what it is known by */
            before?: components["schemas"]["DeviceChange"];
            /** @description small values by field; of a polygon its `squareMetres`, beside a `gtin` the name of its `product`, of what came or went what it is known by */
            after?: components["schemas"]["DeviceChange"];
        };
        StoreChangeBody: {
            /** @description the name of a region, or null */
            region: string | null;
        };
        StoreFile: {
            /** @description The shop itself. */
            store: {
                /** @description Its name in addresses and topics. Expected: an id of letters, digits, "-", "_", "." or ":". */
                id: string;
                /** @description What people call it. Expected: a name, {en, zh} or a text. */
                name: string | {
                    /** @description The name in English. */
                    en: string;
                    /** @description The name in Chinese; `en` when left out. */
                    zh?: string;
                } | {
                    /** @description The name in Chinese; it serves as both. */
                    zh: string;
                };
                /** @description Where hours and days of the figures begin. Expected: an IANA time zone such as Asia/Shanghai. */
                timezone: string;
                /** @description Of all prices and sales (ISO 4217); its minor unit is the smallest amount. Expected: a currency code such as CNY. */
                currency: string;
            };
            /** @description Opening hours: coverage is measured within them, and alerts of silent devices wait for them. Always open when left out. */
            hours?: components["schemas"]["Opening"][];
            /** @description The floor plan: x runs to the right and y down, in metres from its upper left corner. */
            floor: {
                /** @description How wide it is, along x. Expected: metres, more than 0. */
                width: number;
                /** @description How deep it is, along y. Expected: metres, more than 0. */
                depth: number;
            };
            /** @description Where people come in and go out. */
            entrances?: components["schemas"]["Entrance"][];
            /** @description Lines outside that people pass, for the capture rate. */
            passersBy?: components["schemas"]["PassersBy"][];
            /** @description Walls inside the shop, drawn on the plan; nothing is counted by them. */
            walls?: components["schemas"]["Wall"][];
            /** @description Parts of the floor that figures are told for. */
            zones?: components["schemas"]["Zone"][];
            /** @description Names of the categories of zones, products and content. */
            categories?: components["schemas"]["Category"][];
            /** @description What the shop sells. */
            products?: components["schemas"]["Product"][];
            /** @description Products from a file instead, a row each, with the titles gtin, name (or name_en, name_zh), category, price, unitGrams, codes, soldBy, cost, wasPrice, measure (such as 0.5 l), picture; `gtin` is needed. Expected: a CSV file beside the store file. */
            productsFile?: string;
            /** @description Furniture with goods, and which product lies where. */
            fixtures?: components["schemas"]["Fixture"][];
            /** @description What senses, sells and shows. */
            devices?: components["schemas"]["Device"][];
            /** @description What screens may show. */
            content?: components["schemas"]["Content"][];
            /** @description Who does not count. Off unless given. */
            staff?: components["schemas"]["Staff"];
            /** @description Tokens of members who opted in; everybody else is only counted. */
            members?: components["schemas"]["Members"];
            /** @description How figures are told. */
            settings?: components["schemas"]["Settings"];
        };
        StoreFileProblem: {
            field: string;
            /** @description in English, without the field */
            message: string;
            code?: string;
            values?: components["schemas"]["ProblemValues"];
        };
        StoreFileView: {
            storeId: string;
            version: number;
            agentVersion: number | null;
            storeFile: components["schemas"]["StoreFile"];
            region: string | null;
            rights: components["schemas"]["RightName"][];
        };
        StoreFilesBody: {
            /** @description Store files, each as an object or as its YAML text. Expected: 1 to 500 store files. */
            storeFiles: (string | components["schemas"]["DeviceChange"])[];
            /** @description Make an account for the agent of every shop that has none; its password is told once, in the answer. Expected: true or false. */
            agents?: boolean;
        };
        StoreRow: {
            storeId: string;
            name: components["schemas"]["LocalName"];
            timezone: string;
            currency: string;
            simulated?: components["schemas"]["SimulatedView"];
        };
        StoreRowList: components["schemas"]["StoreRow"][];
        Stream: {
            /** @description Address of the camera (rtsp, http or https), or path of a video, an animated GIF or a folder of pictures. Expected: the address of a stream or the path of a file. */
            url: string;
            /** @description At most this many pictures a second are looked at; 5 when left out. Raising it costs the processor, lowering it makes fast walkers jump. Expected: pictures a second, up to 60. */
            framesPerSecond?: number;
        };
        TakenStores: {
            stores: {
                index: number;
                storeId: string;
                /** @description created: a new version; unchanged; conflict: a version edited in the dashboard is kept */
                outcome: string;
                version: number;
                agent?: components["schemas"]["DeviceAccount"];
            }[];
            refused: {
                index: number;
                field: string;
                message: string;
                problem: components["schemas"]["Told"];
            }[];
        };
        TareAnswer: {
            slotId: string;
            knownGrams: number;
            requestedTs: number;
        };
        TareBody: {
            /** @description grams, 0 to 1000000 */
            knownGrams: number;
        };
        TokenView: {
            tokenId: number;
            name: string;
            role: components["schemas"]["RoleName"];
            scope: components["schemas"]["GrantScope"];
            /** @description ISO 8601, UTC */
            created: string;
            expires: string | null;
            lastUsed: string | null;
        };
        TokenViewList: components["schemas"]["TokenView"][];
        Told: {
            code: string;
            values: components["schemas"]["ProblemValues"];
        };
        UnjoinedView: {
            pickups: number | null;
            returns: number | null;
        };
        /** @description at least one of grants, disabled and password */
        UserChangeBody: {
            /** @description at least one {role, scope} */
            grants?: components["schemas"]["GrantView"][];
            /** @description true or false */
            disabled?: boolean;
            /** @description a password of 12 to 200 characters */
            password?: string;
        };
        UserView: {
            userId: number;
            email: string;
            grants: components["schemas"]["GrantView"][];
            disabled: boolean;
        };
        UserViewList: components["schemas"]["UserView"][];
        UsualStep: {
            /** @description how many are usual */
            value: number;
            /** @description in 95 of 100 such places and times it lies from here … */
            low: number;
            /** @description … to here */
            high: number;
            /** @description of the step before; of pickups for each who passed, times the slots of the zone */
            rate: number;
            standsOut: ("more" | "fewer") | null;
            /** @description how often chance alone comes as far from the usual; null: the step names no slot */
            p: number | null;
        };
        VersionPreview: {
            /** @description the number of a version, 1 or more */
            basedOn: number;
            /** @description ISO 8601 in store time */
            validFrom: string;
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
            cancels: number[];
            warnings?: components["schemas"]["StoreFileProblem"][];
        };
        VersionReason: {
            /** @enum {string} */
            code: "deviceAdded" | "deviceChanged" | "planCancelled" | "planKept";
            /** @description `device` of deviceAdded and deviceChanged; `version` that was planned, of the others */
            values: components["schemas"]["ProblemValues"];
        };
        VersionRow: {
            /** @description the number of a version, 1 or more */
            version: number;
            /** @description ISO 8601 in store time: from when on it holds */
            validFrom: string;
            /** @description ISO 8601 in store time */
            madeAt: string;
            /** @enum {string} */
            state: "inForce" | "past" | "planned" | "cancelled";
            /** @description an e-mail address, or `token:NAME` */
            author: string | null;
            note: string | null;
            reason: components["schemas"]["VersionReason"] | null;
            /** @enum {string} */
            origin: "import" | "dashboard";
            /** @description the number of a version, 1 or more */
            basedOn: number | null;
            /** @description what changed against the version that it follows */
            sections: ("layout" | "assortment" | "devices" | "rules")[];
            /** @description the first of the changes against the version that it follows */
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
        };
        VersionRowList: components["schemas"]["VersionRow"][];
        VersionView: {
            /** @description the number of a version, 1 or more */
            version: number;
            /** @description ISO 8601 in store time: from when on it holds */
            validFrom: string;
            /** @description ISO 8601 in store time */
            madeAt: string;
            /** @enum {string} */
            state: "inForce" | "past" | "planned" | "cancelled";
            /** @description an e-mail address, or `token:NAME` */
            author: string | null;
            note: string | null;
            reason: components["schemas"]["VersionReason"] | null;
            /** @enum {string} */
            origin: "import" | "dashboard";
            /** @description the number of a version, 1 or more */
            basedOn: number | null;
            /** @description what changed against the version that it follows */
            sections: ("layout" | "assortment" | "devices" | "rules")[];
            /** @description the first of the changes against the version that it follows */
            changes: components["schemas"]["StoreChange"][];
            changesLeftOut: number;
            storeId: string;
            storeFile: components["schemas"]["StoreFile"];
        };
        WaitingCommand: {
            /** @description storeFile, planned, sale, credential, tare, recompute */
            kind: string;
            /** @enum {string} */
            code: "agentOlder" | "unknownCommand" | "malformed" | "noStoreFile";
            /** @description ISO 8601, UTC */
            since: string;
            version?: number;
            /** @description ISO 8601, UTC */
            validFrom?: string;
        };
        WalkTestBody: {
            /** @description a zone */
            zoneId?: string;
            /** @description an entrance */
            entranceId?: string;
            /** @description an integer, epoch milliseconds UTC */
            startedTs: number;
            /** @description an integer, epoch milliseconds UTC */
            endedTs: number;
            /** @description 1 to 2000 taps */
            taps: {
                ts: number;
                /**
                 * @description "in" or "out"
                 * @enum {string}
                 */
                what: "in" | "out";
            }[];
            /** @description a name of at most 100 characters */
            by?: string;
        };
        WalkTestRow: {
            walkTestId: string;
            zoneId: string | null;
            entranceId: string | null;
            startedTs: number;
            endedTs: number;
            by: string | null;
            fromTs: number;
            toTs: number;
            tapped: {
                in: number;
                out: number;
            };
            counted: {
                in: number | null;
                out: number | null;
            };
            minutes: {
                fromTs: number;
                tapped: {
                    in: number;
                    out: number;
                };
                counted: {
                    in: number | null;
                    out: number | null;
                };
            }[];
            agreement: number | null;
            settled: boolean;
        };
        WalkTestRowList: components["schemas"]["WalkTestRow"][];
        Wall: {
            /** @description Its name on the floor plan. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description From where to where it stands, on the floor plan. Expected: two points [[x, y], [x, y]]. */
            line: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
        };
        WhatIf: {
            fixtures: components["schemas"]["PlanogramFixture"][];
            /** @description how many weeks of the changed shop the intervals are for; 4 when left out */
            weeks?: number;
        };
        WhatIfProduct: {
            gtin: string;
            name: components["schemas"]["LocalName"] | null;
            from: {
                slotId: string;
                fixtureId: string;
                zoneId: string | null;
                level: number | null;
                facings: number;
            }[];
            to: {
                slotId: string;
                fixtureId: string;
                zoneId: string | null;
                level: number | null;
                facings: number;
            }[];
            why: ("nothingChanged" | "salesUnknown" | "tooLittleSold" | "newHere" | "levelUnknown" | "stopsUnknown") | null;
            units: {
                /** @description a week, as it stands now */
                now: number;
                /** @description a week, as it would stand */
                expected: number;
                /** @description in nine of ten such cases a week comes to from here on average … */
                low: number;
                /** @description … to here */
                high: number;
            } | null;
            salesNet: {
                /** @description a week, as it stands now */
                now: number;
                /** @description a week, as it would stand */
                expected: number;
                /** @description in nine of ten such cases a week comes to from here on average … */
                low: number;
                /** @description … to here */
                high: number;
            } | null;
            funnel: {
                passed: {
                    now: number;
                    expected: number;
                } | null;
                stopped: {
                    now: number;
                    expected: number;
                } | null;
                pickups: {
                    now: number;
                    expected: number;
                } | null;
                units: {
                    now: number;
                    expected: number;
                } | null;
            };
        };
        WhatIfView: {
            /** @description of the store file that it is held against */
            version: number;
            /** @description the figures behind it are of this time, ISO 8601 */
            from: string;
            to: string;
            /** @description that the intervals are for */
            weeks: number;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            why: ("nothingChanged" | "salesUnknown" | "tooLittleSold" | "newHere" | "levelUnknown" | "stopsUnknown") | null;
            salesNet: {
                /** @description a week, as it stands now */
                now: number;
                /** @description a week, as it would stand */
                expected: number;
                /** @description in nine of ten such cases a week comes to from here on average … */
                low: number;
                /** @description … to here */
                high: number;
            } | null;
            sentence: components["schemas"]["Sentence"];
            products: components["schemas"]["WhatIfProduct"][];
            assumptions: {
                /** @description elasticity of sales where facings are added */
                moreSpace: number;
                /** @description and where they are taken away */
                lessSpace: number;
                /** @description sales on the best level for each on the worst */
                bestToWorstLevel: number;
                /** @description elasticity of sales to those who stop in the zone */
                followsStops: number;
                /** @description variance of a product’s week ÷ its mean, by the shop’s own weeks; null: not asked */
                spread: number | null;
            };
        };
        WordedReason: {
            /** @description such as interest, dwell, nearest, first, welcome, learned, exploring, loop, heldOut, pinned, paused, nothing */
            code: string;
            values: components["schemas"]["ProblemValues"];
            en: string;
            zh: string;
        };
        Zone: {
            /** @description Its name in figures and addresses. Another id is another zone, with a history of its own. Expected: an id of letters, digits, "-", "_", "." or ":". */
            id: string;
            /**
             * @description What it is. Only zones of kind screen may overlap others. Expected: one of entrance, aisle, checkout, promotion, screen, other.
             * @enum {string}
             */
            kind: "entrance" | "aisle" | "checkout" | "promotion" | "screen" | "other";
            /** @description What people call it; the id when left out. Expected: a name, {en, zh} or a text. */
            name?: string | {
                /** @description The name in English. */
                en: string;
                /** @description The name in Chinese; `en` when left out. */
                zh?: string;
            } | {
                /** @description The name in Chinese; it serves as both. */
                zh: string;
            };
            /** @description The category of its goods: how long people stay here tells screens what they care about. Expected: an id of letters, digits, "-", "_", "." or ":". */
            category?: string;
            /** @description Its outline on the floor plan, corner by corner, not crossing itself. Sales per square metre divide by its area. Expected: at least three points [x, y]. */
            polygon: [
                number,
                number
            ][];
            /** @description How long somebody stays before the visit counts as engaged; 5 when left out. Raising it counts fewer visits as engaged. Expected: whole seconds, 1 to 3600. */
            engagedAfterSeconds?: number;
        };
        ZoneRow: {
            /** @description ISO 8601 with offset */
            from: string;
            zoneId: string;
            name: components["schemas"]["LocalName"] | null;
            visits: number | null;
            visitors: number | null;
            engagedVisits: number | null;
            dwellSeconds: {
                total: number | null;
                mean: number | null;
                p50: number | null;
                p90: number | null;
            };
            occupancy: {
                mean: number | null;
                max: number | null;
            };
            pickups: number | null;
            putbacks: number | null;
            returned: number | null;
            refilled: number | null;
            pickRate: number | null;
            units: number;
            salesNet: number | null;
            /** @description ISO 4217; null: sales in several currencies, which are not added */
            currency: string | null;
            transactions: number | null;
            salesPerSquareMetre: number | null;
            conversion: number | null;
            interest: number | null;
            coverage: number;
            /** @description share of the time in which what tells of people, of goods and of sales was sensing */
            coverageOf: {
                /** @description 0 to 1; null: nothing can sense it */
                people: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                goods: number | null;
                /** @description 0 to 1; null: nothing can sense it */
                sales: number | null;
            };
            /** @description versions of the store file that the figures were made under, rising */
            versions: number[];
            /** @description version of the definitions of the figures */
            metricVersion: number;
        };
        ZoneRowList: components["schemas"]["ZoneRow"][];
    };
    responses: {
        /** @description The question or the body is not as described; `field` names what */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description No credential, or not a valid one */
        Unauthorised: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The role may not do this */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description No such store, or none of yours */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description In conflict with what is known */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Larger than is taken */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Not what can be taken; the message says why */
        UnsupportedMedia: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Too many attempts; see Retry-After */
        TooManyAttempts: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Refused for another reason; `code` says which */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AcceptedSale = components['schemas']['AcceptedSale'];
export type AgentAccountView = components['schemas']['AgentAccountView'];
export type AgentRevokedView = components['schemas']['AgentRevokedView'];
export type AlertRow = components['schemas']['AlertRow'];
export type AlertRowList = components['schemas']['AlertRowList'];
export type Antenna = components['schemas']['Antenna'];
export type ApiError = components['schemas']['ApiError'];
export type ArmSchema = components['schemas']['ArmSchema'];
export type AvailabilityRow = components['schemas']['AvailabilityRow'];
export type AvailabilityRowList = components['schemas']['AvailabilityRowList'];
export type Badge = components['schemas']['Badge'];
export type BestArrangement = components['schemas']['BestArrangement'];
export type BlockList = components['schemas']['BlockList'];
export type BlockRow = components['schemas']['BlockRow'];
export type BrokerAddress = components['schemas']['BrokerAddress'];
export type Calibration = components['schemas']['Calibration'];
export type CameraRule = components['schemas']['CameraRule'];
export type CampaignBody = components['schemas']['CampaignBody'];
export type CampaignDeed = components['schemas']['CampaignDeed'];
export type CampaignItem = components['schemas']['CampaignItem'];
export type CampaignList = components['schemas']['CampaignList'];
export type CampaignSchedule = components['schemas']['CampaignSchedule'];
export type CampaignStateBody = components['schemas']['CampaignStateBody'];
export type CampaignView = components['schemas']['CampaignView'];
export type Category = components['schemas']['Category'];
export type ChangedDevice = components['schemas']['ChangedDevice'];
export type ChangedDraft = components['schemas']['ChangedDraft'];
export type ChangedDraftBody = components['schemas']['ChangedDraftBody'];
export type ChangedVersion = components['schemas']['ChangedVersion'];
export type Content = components['schemas']['Content'];
export type ContentFile = components['schemas']['ContentFile'];
export type ContentList = components['schemas']['ContentList'];
export type ContentUse = components['schemas']['ContentUse'];
export type ContentView = components['schemas']['ContentView'];
export type CredentialState = components['schemas']['CredentialState'];
export type Credentials = components['schemas']['Credentials'];
export type CsvFormat = components['schemas']['CsvFormat'];
export type Device = components['schemas']['Device'];
export type DeviceAccount = components['schemas']['DeviceAccount'];
export type DeviceChange = components['schemas']['DeviceChange'];
export type DeviceProblem = components['schemas']['DeviceProblem'];
export type DeviceRow = components['schemas']['DeviceRow'];
export type DevicesView = components['schemas']['DevicesView'];
export type DraftRow = components['schemas']['DraftRow'];
export type DraftRowList = components['schemas']['DraftRowList'];
export type DraftView = components['schemas']['DraftView'];
export type Drawing = components['schemas']['Drawing'];
export type DwellView = components['schemas']['DwellView'];
export type EffectMark = components['schemas']['EffectMark'];
export type EffectView = components['schemas']['EffectView'];
export type EnrolledDevice = components['schemas']['EnrolledDevice'];
export type Entrance = components['schemas']['Entrance'];
export type Fixture = components['schemas']['Fixture'];
export type FootfallRow = components['schemas']['FootfallRow'];
export type FootfallRowList = components['schemas']['FootfallRowList'];
export type GrantScope = components['schemas']['GrantScope'];
export type GrantView = components['schemas']['GrantView'];
export type HandoverView = components['schemas']['HandoverView'];
export type Health = components['schemas']['Health'];
export type HeatmapView = components['schemas']['HeatmapView'];
export type HeldSaleAnswer = components['schemas']['HeldSaleAnswer'];
export type HeldSaleDecision = components['schemas']['HeldSaleDecision'];
export type HeldSaleRow = components['schemas']['HeldSaleRow'];
export type HeldSaleRowList = components['schemas']['HeldSaleRowList'];
export type ImportPreview = components['schemas']['ImportPreview'];
export type ImportRefusal = components['schemas']['ImportRefusal'];
export type InboxView = components['schemas']['InboxView'];
export type InvalidVersion = components['schemas']['InvalidVersion'];
export type KnockRow = components['schemas']['KnockRow'];
export type KnockRowList = components['schemas']['KnockRowList'];
export type LiftView = components['schemas']['LiftView'];
export type LiveCamera = components['schemas']['LiveCamera'];
export type LiveDevice = components['schemas']['LiveDevice'];
export type LiveHeat = components['schemas']['LiveHeat'];
export type LiveView = components['schemas']['LiveView'];
export type LocalName = components['schemas']['LocalName'];
export type MadeImport = components['schemas']['MadeImport'];
export type MadeVersion = components['schemas']['MadeVersion'];
export type Members = components['schemas']['Members'];
export type MetricsText = components['schemas']['MetricsText'];
export type NewCredential = components['schemas']['NewCredential'];
export type NewDraft = components['schemas']['NewDraft'];
export type NewPlanogram = components['schemas']['NewPlanogram'];
export type NewToken = components['schemas']['NewToken'];
export type NewTokenBody = components['schemas']['NewTokenBody'];
export type NewUserBody = components['schemas']['NewUserBody'];
export type NewVersion = components['schemas']['NewVersion'];
export type Nothing = components['schemas']['Nothing'];
export type OpenRtbPlay = components['schemas']['OpenRtbPlay'];
export type Opening = components['schemas']['Opening'];
export type PageSide = components['schemas']['PageSide'];
export type PageView = components['schemas']['PageView'];
export type PassersBy = components['schemas']['PassersBy'];
export type PasswordBody = components['schemas']['PasswordBody'];
export type PauseBody = components['schemas']['PauseBody'];
export type PinBody = components['schemas']['PinBody'];
export type PlanogramFile = components['schemas']['PlanogramFile'];
export type PlanogramFixture = components['schemas']['PlanogramFixture'];
export type PlanogramView = components['schemas']['PlanogramView'];
export type PlayLink = components['schemas']['PlayLink'];
export type PlayLog = components['schemas']['PlayLog'];
export type PlayLogRow = components['schemas']['PlayLogRow'];
export type PlayRow = components['schemas']['PlayRow'];
export type PlayRowList = components['schemas']['PlayRowList'];
export type Presence = components['schemas']['Presence'];
export type ProblemValues = components['schemas']['ProblemValues'];
export type Product = components['schemas']['Product'];
export type ProductRow = components['schemas']['ProductRow'];
export type ProductRowList = components['schemas']['ProductRowList'];
export type Proposal = components['schemas']['Proposal'];
export type ProposalsView = components['schemas']['ProposalsView'];
export type ReadyConfiguration = components['schemas']['ReadyConfiguration'];
export type Reason = components['schemas']['Reason'];
export type RecomputeAnswer = components['schemas']['RecomputeAnswer'];
export type RecomputeBody = components['schemas']['RecomputeBody'];
export type RecomputeState = components['schemas']['RecomputeState'];
export type RefusedImport = components['schemas']['RefusedImport'];
export type RefusedWhy = components['schemas']['RefusedWhy'];
export type ReplayView = components['schemas']['ReplayView'];
export type RestSale = components['schemas']['RestSale'];
export type RetentionDays = components['schemas']['RetentionDays'];
export type RetentionDeletes = components['schemas']['RetentionDeletes'];
export type RetentionView = components['schemas']['RetentionView'];
export type RevokedDevice = components['schemas']['RevokedDevice'];
export type RightName = components['schemas']['RightName'];
export type RoleName = components['schemas']['RoleName'];
export type SaleLine = components['schemas']['SaleLine'];
export type SalesRow = components['schemas']['SalesRow'];
export type SalesRowList = components['schemas']['SalesRowList'];
export type ScreenOrderAnswer = components['schemas']['ScreenOrderAnswer'];
export type ScreenRow = components['schemas']['ScreenRow'];
export type ScreenRowList = components['schemas']['ScreenRowList'];
export type ScreenTarget = components['schemas']['ScreenTarget'];
export type SeenZone = components['schemas']['SeenZone'];
export type Sentence = components['schemas']['Sentence'];
export type SessionView = components['schemas']['SessionView'];
export type Settings = components['schemas']['Settings'];
export type ShelfSensor = components['schemas']['ShelfSensor'];
export type ShoppersRow = components['schemas']['ShoppersRow'];
export type ShoppersRowList = components['schemas']['ShoppersRowList'];
export type ShoppersView = components['schemas']['ShoppersView'];
export type SimulatedPastAnswer = components['schemas']['SimulatedPastAnswer'];
export type SimulatedPastBody = components['schemas']['SimulatedPastBody'];
export type SimulatedView = components['schemas']['SimulatedView'];
export type Slot = components['schemas']['Slot'];
export type SlotFunnelRow = components['schemas']['SlotFunnelRow'];
export type SlotFunnelRowList = components['schemas']['SlotFunnelRowList'];
export type SlotRow = components['schemas']['SlotRow'];
export type SlotRowList = components['schemas']['SlotRowList'];
export type Staff = components['schemas']['Staff'];
export type StoreChange = components['schemas']['StoreChange'];
export type StoreChangeBody = components['schemas']['StoreChangeBody'];
export type StoreFile = components['schemas']['StoreFile'];
export type StoreFileProblem = components['schemas']['StoreFileProblem'];
export type StoreFileView = components['schemas']['StoreFileView'];
export type StoreFilesBody = components['schemas']['StoreFilesBody'];
export type StoreRow = components['schemas']['StoreRow'];
export type StoreRowList = components['schemas']['StoreRowList'];
export type Stream = components['schemas']['Stream'];
export type TakenStores = components['schemas']['TakenStores'];
export type TareAnswer = components['schemas']['TareAnswer'];
export type TareBody = components['schemas']['TareBody'];
export type TokenView = components['schemas']['TokenView'];
export type TokenViewList = components['schemas']['TokenViewList'];
export type Told = components['schemas']['Told'];
export type UnjoinedView = components['schemas']['UnjoinedView'];
export type UserChangeBody = components['schemas']['UserChangeBody'];
export type UserView = components['schemas']['UserView'];
export type UserViewList = components['schemas']['UserViewList'];
export type UsualStep = components['schemas']['UsualStep'];
export type VersionPreview = components['schemas']['VersionPreview'];
export type VersionReason = components['schemas']['VersionReason'];
export type VersionRow = components['schemas']['VersionRow'];
export type VersionRowList = components['schemas']['VersionRowList'];
export type VersionView = components['schemas']['VersionView'];
export type WaitingCommand = components['schemas']['WaitingCommand'];
export type WalkTestBody = components['schemas']['WalkTestBody'];
export type WalkTestRow = components['schemas']['WalkTestRow'];
export type WalkTestRowList = components['schemas']['WalkTestRowList'];
export type Wall = components['schemas']['Wall'];
export type WhatIf = components['schemas']['WhatIf'];
export type WhatIfProduct = components['schemas']['WhatIfProduct'];
export type WhatIfView = components['schemas']['WhatIfView'];
export type WordedReason = components['schemas']['WordedReason'];
export type Zone = components['schemas']['Zone'];
export type ZoneRow = components['schemas']['ZoneRow'];
export type ZoneRowList = components['schemas']['ZoneRowList'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseUnauthorised = components['responses']['Unauthorised'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseConflict = components['responses']['Conflict'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseUnsupportedMedia = components['responses']['UnsupportedMedia'];
export type ResponseTooManyAttempts = components['responses']['TooManyAttempts'];
export type ResponseRefused = components['responses']['Refused'];
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": components["schemas"]["MetricsText"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            429: components["responses"]["TooManyAttempts"];
            default: components["responses"]["Refused"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    changeOwnPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserViewList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    addUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUserBody"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description user id */
                userId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description user id */
                userId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChangeBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenViewList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    addToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTokenBody"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    deleteToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description token id */
                tokenId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listStores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    takeStores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StoreFilesBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenStores"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    changeStore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StoreChangeBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getStoreFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreFileView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    renewAgentAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentAccountView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    revokeAgentAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRevokedView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listVersions: {
        parameters: {
            query?: {
                /** @description ids of zones, fixtures, slots, products, devices, separated by commas: only versions that changed one of them, with all that they changed of it */
                about?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    makeVersion: {
        parameters: {
            query?: {
                dryRun?: boolean;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVersion"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionPreview"];
                };
            };
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeVersion"];
                };
            };
            /** @description The question or the body is not as described; `field` names what */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvalidVersion"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description In conflict with what is known */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedVersion"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getVersion: {
        parameters: {
            query?: {
                format?: "json" | "yaml";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description number of a version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getVersionEffect: {
        parameters: {
            query?: {
                /** @description salesNet when left out */
                metric?: "salesNet" | "units" | "visits";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description number of a version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getInbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    recompute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecomputeBody"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecomputeAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listScreens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from?: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicesView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    enrolDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Device"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledDevice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    changeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceChange"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedDevice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    renewCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredential"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledDevice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokedDevice"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listKnocks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnockRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    tareSlot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description slot id */
                slotId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TareBody"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TareAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listWalkTests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalkTestRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    keepWalkTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WalkTestBody"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalkTestRow"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getHandover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoverView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getFootfall: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day, all */
                bucket?: "minute" | "hour" | "day" | "all";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FootfallRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getZoneMetrics: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day, all */
                bucket?: "minute" | "hour" | "day" | "all";
                /** @description whole seconds; default: each zone’s own */
                engagedAfter?: number;
                /** @description one zone’s rows alone, also those in which nothing happened to it */
                zoneId?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZoneRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getProductMetrics: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day, all */
                bucket?: "minute" | "hour" | "day" | "all";
                /** @description one product’s rows alone, also those in which nothing happened to it */
                gtin?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getSlotMetrics: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day, all */
                bucket?: "minute" | "hour" | "day" | "all";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getHeatmap: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeatmapView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getShopperMetrics: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShoppersView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getShoppersOverTime: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day */
                bucket?: "minute" | "hour" | "day";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShoppersRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getPage: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day */
                bucket?: "minute" | "hour" | "day";
                /** @description where an equally long period begins to compare with; none without it */
                before?: string;
                /** @description what else is wanted, separated by commas: zones, entrances, products, heatmap */
                parts?: string;
                /** @description `sensed`: the period begins where in it anything was first sensed, and `sensingSince` says so; default `asked` */
                begin?: "asked" | "sensed";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getSales: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description one row per minute, hour, day, all */
                bucket?: "minute" | "hour" | "day" | "all";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    recordSale: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestSale"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedSale"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    getDwell: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                storeId: string;
                zoneId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DwellView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getAvailability: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailabilityRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getSlotFunnel: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotFunnelRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getProposals: {
        parameters: {
            query: {
                /** @description fixture id */
                fixture: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalsView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getUnjoined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnjoinedView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getPlanogram: {
        parameters: {
            query?: {
                /** @description ISO 8601 with zone, past or future */
                at?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanogramView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    putPlanogram: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlanogram"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeVersion"];
                };
            };
            /** @description The question or the body is not as described; `field` names what */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvalidVersion"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description In conflict with what is known */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedVersion"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    askWhatIf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIf"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfView"];
                };
            };
            /** @description The question or the body is not as described; `field` names what */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvalidVersion"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    exportPlanogram: {
        parameters: {
            query: {
                format: "psa" | "csv";
                /** @description one fixture of the shop */
                fixture?: string;
                at?: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanogramFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listDrafts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    makeDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDraft"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description draft id */
                draftId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    changeDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description draft id */
                draftId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedDraftBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description In conflict with what is known */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedDraft"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    removeDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description draft id */
                draftId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listPlays: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlayRowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listBlocks: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    exportPlays: {
        parameters: {
            query: {
                /** @description inclusive, ISO 8601 with zone, a whole minute */
                from: string;
                /** @description exclusive, ISO 8601 with zone, a whole minute */
                to: string;
                /** @description json when left out */
                format?: "json" | "csv" | "openrtb";
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlayLog"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    pinScreen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinBody"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenOrderAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    pauseScreen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PauseBody"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenOrderAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    resumeScreen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description device id */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenOrderAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listContent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    addContent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentView"];
                };
            };
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            default: components["responses"]["Refused"];
        };
    };
    getContentFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description content id */
                contentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentFile"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getContentPreview: {
        parameters: {
            query?: {
                /** @description pixels, 320 when left out */
                width?: number;
            };
            header?: never;
            path: {
                /** @description content id */
                contentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    deleteContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description content id */
                contentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    listCampaigns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            default: components["responses"]["Refused"];
        };
    };
    makeCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignBody"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Refused"];
        };
    };
    getCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    changeCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    setCampaignState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignStateBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    listStoreCampaigns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getLift: {
        parameters: {
            query?: {
                /** @description one store; all when left out */
                store?: string;
            };
            header?: never;
            path: {
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiftView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getReplay: {
        parameters: {
            query: {
                policy: "loop" | "rule";
            };
            header?: never;
            path: {
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getStoreLift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                /** @description campaign id */
                campaignId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiftView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    getAgentFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description SHA-256 of the file, hex */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentFile"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    listHeldSales: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldSaleRowList"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    decideHeldSale: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
                heldId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HeldSaleDecision"];
            };
        };
        responses: {
            /** @description Kept, and on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldSaleAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    loadSimulatedPast: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimulatedPastBody"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulatedPastAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Refused"];
        };
    };
    getRetention: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionView"];
                };
            };
            401: components["responses"]["Unauthorised"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    setRetention: {
        parameters: {
            query?: {
                dryRun?: boolean;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionDays"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Refused"];
        };
    };
    importPlanogram: {
        parameters: {
            query: {
                format: "psa" | "csv";
                /** @description say what would change, and make nothing */
                dryRun?: boolean;
                /** @description one fixture of the shop */
                fixture?: string;
                /** @description the newest version that you know */
                basedOn?: number;
                /** @description left out: at once */
                validFrom?: string;
                note?: string;
                /** @description take the lines that are not refused */
                skipRefused?: boolean;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeImport"];
                };
            };
            /** @description The question or the body is not as described; `field` names what */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefusedImport"];
                };
            };
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description In conflict with what is known */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedVersion"];
                };
            };
            413: components["responses"]["TooLarge"];
            default: components["responses"]["Refused"];
        };
    };
    loadSimulatedPastLines: {
        parameters: {
            query: {
                seed: number;
                fromTs: number;
                toTs: number;
                roll?: boolean;
                readyFromTs?: number;
                complete?: boolean;
            };
            header?: never;
            path: {
                /** @description store id */
                storeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulatedPastAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorised"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            default: components["responses"]["Refused"];
        };
    };
}
